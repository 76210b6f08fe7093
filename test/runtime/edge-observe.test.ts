import type { Readable } from 'node:stream';
import { createInterface } from 'node:readline';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { bytesOf, exr, jobEnd, startEdge } from './edge-harness.ts';
import type { Edge } from './edge-harness.ts';

const lines: string[] = [];
let edge: Edge;
beforeAll(async () => {
  edge = await startEdge(
    { variables: { ACCESS_LOG: '1', METRICS_TOKEN: 'a token for metrics' } },
    {
      handleRuntimeStdio: (stdout: Readable) => {
        createInterface({ input: stdout }).on('line', (line) => lines.push(line));
      },
    },
  );
  const upload = await edge.put('a.exr', await exr());
  expect(await jobEnd(edge, upload.headers.get('Location'))).toMatchObject({ status: 'done' });
});
afterAll(() => edge.stop());

type Line = Record<string, unknown>;
/** The line about a path, which is written when its answer begins. */
async function lineAbout(path: string): Promise<Line> {
  const find = (): Line | undefined =>
    lines
      .filter((line) => line.startsWith('{"log":"access"'))
      .map((line) => JSON.parse(line) as Line)
      .findLast((line) => line.path === path);
  await expect.poll(find).toBeDefined();
  return find()!;
}

describe('the access log', () => {
  test('has a line of JSON for every request, with what was sent and why', async () => {
    const body = await bytesOf(
      await edge.get('/images/a.exr?hdr=1', { headers: { 'User-Agent': 'a reader' } }),
    );
    expect(await lineAbout('/images/a.exr?hdr=1')).toMatchObject({
      method: 'GET',
      route: 'images',
      status: 200,
      bytes: body.length,
      representation: expect.stringMatching(/^layered-\d+$/) as string,
      reason: expect.stringContaining('') as string,
      problem: '',
      agent: 'a reader',
      trace: expect.stringMatching(/^[0-9a-f]{32}$/) as string,
      milliseconds: expect.any(Number) as number,
    });
  });

  test('says what a problem was, and no secret of its address', async () => {
    await edge.get('/images/nobody.exr?signature=abcdef');
    expect(await lineAbout('/images/nobody.exr?signature=%E2%80%A6')).toMatchObject({
      status: 404,
      problem: 'not_found',
    });
    expect(lines.join('\n')).not.toContain('abcdef');
  });

  test('cannot be made to lie: one line whatever a client sends, and not a long one', async () => {
    const agent = `x"}\\n{"log":"access","path":"/forged"} ${'y'.repeat(4000)}`;
    await edge.get('/healthz?long', { headers: { 'User-Agent': agent } });
    const line = await lineAbout('/healthz?long');
    expect(String(line.agent)).toHaveLength(256);
    expect(lines.some((text) => text.startsWith('{"log":"access","path":"/forged"'))).toBe(false);
  });
});

describe('/metrics', () => {
  const scrape = (token?: string) =>
    edge.get('/metrics', token === undefined ? {} : { headers: { Authorization: `Bearer ${token}` } });

  test('is there for who has the token', async () => {
    for (const answer of [await scrape(), await scrape('another token')]) expect(answer.status).toBe(404);
    const answer = await scrape('a token for metrics');
    expect([answer.status, answer.headers.get('Content-Type')]).toEqual([200, 'text/plain; version=0.0.4']);
  });

  test('counts requests, bytes, hits, negotiations, problems and the time of the origin', async () => {
    const valuesOf = async (): Promise<Map<string, number>> => {
      const text = await (await scrape('a token for metrics')).text();
      const series = text.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
      return new Map(
        series.map((line) => [
          line.slice(0, line.lastIndexOf(' ')),
          Number(line.slice(line.lastIndexOf(' ') + 1)),
        ]),
      );
    };
    const before = await valuesOf();
    const body = await bytesOf(await edge.get('/images/a.exr?hdr=0'));
    await edge.get('/images/nobody.exr');
    const after = await valuesOf();
    const rise = (series: string): number => (after.get(series) ?? 0) - (before.get(series) ?? 0);
    expect(rise('afterglow_edge_requests_total{route="images",method="GET",status="200"}')).toBe(1);
    expect(rise('afterglow_edge_requests_total{route="images",method="GET",status="404"}')).toBe(1);
    expect(rise('afterglow_edge_bytes_total{representation="sdr"}')).toBe(body.length);
    expect(rise('afterglow_edge_problems_total{code="not_found"}')).toBe(1);
    const sum = (prefix: string): number =>
      [...after]
        .filter(([series]) => series.startsWith(prefix))
        .reduce((total, [, value]) => total + value, 0);
    expect(sum('afterglow_edge_cache_total{')).toBeGreaterThan(0);
    expect(sum('afterglow_edge_negotiations_total{')).toBeGreaterThan(0);
    expect(after.get('afterglow_edge_origin_seconds_count{target="encode",outcome="done"}')).toBe(2);
    expect([...after.keys()]).toContain('afterglow_edge_queue_depth');
  });

  test('has no series that a client made up', async () => {
    await edge.get('/a-route-of-mine', { method: 'PROPFIND' });
    const text = await (await scrape('a token for metrics')).text();
    expect(text).not.toMatch(/a-route-of-mine|PROPFIND/);
    expect(text).toContain('route="page",method="other"');
  });
});
