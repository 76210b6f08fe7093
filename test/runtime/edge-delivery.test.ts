import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { brotliCompressSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readLayout } from '../../src/container/index.ts';
import { bytesOf, exr, jobEnd, problemCode, startEdge, uploaded } from './edge-harness.ts';
import type { Edge } from './edge-harness.ts';

/** Named by a digest, as a browser asks for it. */
const MODEL_FILE = `models/glow2026/${'ae'.repeat(32)}`;
/** Of this one the build made no smaller file. */
const OTHER_FILE = `models/glow2026/${'be'.repeat(32)}`;

let edge: Edge;
let site: string;
beforeAll(async () => {
  site = await mkdtemp(join(tmpdir(), 'afterglow-site-'));
  await mkdir(join(site, 'models'));
  await writeFile(join(site, 'index.html'), '<!doctype html><title>Afterglow</title>');
  await writeFile(join(site, 'models/manifest.json'), '{}');
  await mkdir(join(site, 'models/glow2026'));
  await writeFile(join(site, MODEL_FILE), 'a network');
  await writeFile(join(site, `${MODEL_FILE}.br`), brotliCompressSync('a network, compressed'));
  await writeFile(join(site, 'runtime.wasm'), 'a runtime');
  await writeFile(join(site, 'runtime.wasm.br'), brotliCompressSync('a runtime, compressed'));
  await writeFile(join(site, OTHER_FILE), 'another network');
  edge = await startEdge({ assets: site });
  await uploaded(edge, 'a.exr');
});
afterAll(async () => {
  await edge.stop();
  await rm(site, { recursive: true });
});

describe('representations', () => {
  test('a client without HDR signs gets the JPEG of which hdr=0 is the same and hdr=1 an extension', async () => {
    const plain = await bytesOf(await edge.get('/images/a.exr'));
    const base = await bytesOf(await edge.get('/images/a.exr?hdr=0'));
    const layered = await bytesOf(await edge.get('/images/a.exr?hdr=1'));
    expect(plain.equals(base)).toBe(true);
    expect(layered.subarray(0, base.length).equals(base)).toBe(true);
    expect(layered.length).toBeGreaterThan(base.length);
    expect(readLayout(layered)).toMatchObject({ kind: 'layered', trailing: 0 });
  });

  test('Accept gets the layered bytes, and Vary says so', async () => {
    const response = await edge.get('/images/a.exr', {
      headers: { Accept: 'image/vnd.afterglow,image/jpeg;q=0.8' },
    });
    expect(response.headers.get('Vary')).toContain('Accept');
    expect(response.headers.get('Content-Type')).toBe('image/jpeg');
    expect(response.headers.get('Afterglow')).toBe('layered;layers=3;of=3;model="han2020"');
    const layered = await bytesOf(await edge.get('/images/a.exr?hdr=1'));
    expect((await bytesOf(response)).equals(layered)).toBe(true);
  });

  test('layers cuts them off the end', async () => {
    const all = await bytesOf(await edge.get('/images/a.exr?hdr=1'));
    const response = await edge.get('/images/a.exr?hdr=1&layers=2');
    expect(response.headers.get('Afterglow')).toBe('layered;layers=2;of=3;model="han2020"');
    const two = await bytesOf(response);
    expect(two.equals(all.subarray(0, all.length - 1002))).toBe(true);
    expect((await edge.get('/images/a.exr?hdr=1&layers=32')).headers.get('Afterglow')).toContain('layers=3;');
  });

  test('a gain map that there is not is answered by the JPEG', async () => {
    const response = await edge.get('/images/a.exr?hdr=gainmap&w=9999');
    expect(response.headers.get('Afterglow')).toBe('sdr');
    expect(response.headers.get('Vary')).toBeNull();
    await bytesOf(response);
  });

  test('a gain map that there is follows the JPEG, also in a range across both', async () => {
    edge.origin.gainMap = Buffer.from('a gain map');
    await uploaded(edge, 'map.exr', 2);
    edge.origin.gainMap = undefined;
    const base = await bytesOf(await edge.get('/images/map.exr?hdr=0'));
    const response = await edge.get('/images/map.exr?hdr=gainmap');
    expect(response.headers.get('Afterglow')).toBe('gainmap');
    const whole = Buffer.concat([base, Buffer.from('a gain map')]);
    expect((await bytesOf(response)).equals(whole)).toBe(true);
    const part = await edge.get('/images/map.exr?hdr=gainmap', { headers: { Range: 'bytes=-15' } });
    expect(part.status).toBe(206);
    expect(Buffer.from(await part.arrayBuffer()).equals(whole.subarray(-15))).toBe(true);
    expect(await (await edge.get('/images/map.exr/info')).json()).toMatchObject({
      formats: ['sdr', 'layered', 'gainmap'],
    });
  });

  test('Save-Data takes the layers away from Accept, not from hdr=1', async () => {
    const headers = { Accept: 'image/vnd.afterglow', 'Save-Data': 'on' };
    expect((await edge.get('/images/a.exr', { headers })).headers.get('Afterglow')).toBe('sdr');
    expect((await edge.get('/images/a.exr?hdr=1', { headers })).headers.get('Afterglow')).toContain(
      'layered',
    );
  });

  test('the headers that every picture has', async () => {
    const { headers } = await edge.get('/images/a.exr');
    expect(headers.get('Cross-Origin-Resource-Policy')).toBe('cross-origin');
    expect(headers.get('Access-Control-Allow-Origin')).toBe('*');
    expect(headers.get('Access-Control-Expose-Headers')).toContain('Afterglow');
    expect(headers.get('X-Content-Type-Options')).toBe('nosniff');
    expect(headers.get('Accept-CH')).toContain('Sec-CH-Width');
    expect(headers.get('Cache-Control')).toContain('max-age=3600');
    expect(headers.get('Vary')).toBe(
      'Accept, Save-Data, ECT, Downlink, RTT, Sec-CH-Width, Sec-CH-DPR, Sec-CH-Viewport-Width',
    );
  });
});

describe('HEAD, conditions and ranges', () => {
  test('HEAD says what GET says', async () => {
    const head = await edge.get('/images/a.exr?hdr=1', { method: 'HEAD' });
    const get = await edge.get('/images/a.exr?hdr=1');
    expect(head.status).toBe(200);
    for (const name of ['Content-Length', 'ETag', 'Afterglow', 'Content-Type', 'Cache-Control']) {
      expect([name, head.headers.get(name)]).toEqual([name, get.headers.get(name)]);
    }
    expect((await head.arrayBuffer()).byteLength).toBe(0);
    await get.body?.cancel();
  });

  test('a known tag is 304, and each representation has its own', async () => {
    const tags = await Promise.all(
      ['hdr=0', 'hdr=1', 'hdr=1&layers=1'].map(async (query) => {
        const response = await edge.get(`/images/a.exr?${query}`);
        await response.body?.cancel();
        return response.headers.get('ETag') ?? '';
      }),
    );
    expect(new Set(tags).size).toBe(3);
    const again = await edge.get('/images/a.exr?hdr=1', {
      headers: { 'If-None-Match': `"x", W/${tags[1]!}` },
    });
    expect(again.status).toBe(304);
    expect(again.headers.get('ETag')).toBe(tags[1]);
    expect(again.headers.get('Vary')).toContain('Sec-CH-Width');
    const other = await edge.get('/images/a.exr?hdr=1', { headers: { 'If-None-Match': tags[0]! } });
    expect(other.status).toBe(200);
  });

  test('a byte range is 206', async () => {
    const all = await bytesOf(await edge.get('/images/a.exr?hdr=1&layers=2'));
    for (const [range, from, to] of [
      ['bytes=0-9', 0, 10],
      ['bytes=100-', 100, all.length],
      ['bytes=-50', all.length - 50, all.length],
    ] as const) {
      const response = await edge.get('/images/a.exr?hdr=1&layers=2', { headers: { Range: range } });
      expect(response.status).toBe(206);
      expect(response.headers.get('Content-Range')).toBe(`bytes ${from}-${to - 1}/${all.length}`);
      expect(Buffer.from(await response.arrayBuffer()).equals(all.subarray(from, to))).toBe(true);
    }
  });

  test('If-Range and impossible ranges', async () => {
    const stale = { Range: 'bytes=0-9', 'If-Range': '"old"' };
    expect((await edge.get('/images/a.exr', { headers: stale })).status).toBe(200);
    const beyond = await edge.get('/images/a.exr', { headers: { Range: 'bytes=99999999-' } });
    expect(beyond.status).toBe(416);
    expect(beyond.headers.get('Content-Range')).toMatch(/^bytes \*\/\d+$/);
    expect(await problemCode(beyond)).toBe('range_not_satisfiable');
  });
});

describe('variants', () => {
  test('w is rendered on demand: the base at once, the layers by a job', async () => {
    const first = await edge.get('/images/a.exr?hdr=1&w=32');
    expect(first.headers.get('Afterglow')).toBe('sdr;pending');
    expect(first.headers.get('Cache-Control')).toBe('public, max-age=5');
    const base = await bytesOf(first);
    const layered = await settled('/images/a.exr?hdr=1&w=32');
    expect(layered.headers.get('ETag')).not.toBe(first.headers.get('ETag'));
    const bytes = await bytesOf(layered);
    expect(bytes.subarray(0, base.length).equals(base)).toBe(true);
    expect(readLayout(bytes)).toMatchObject({ kind: 'layered', header: { width: 32 } });
    expect(edge.origin.requests.filter((target) => target.includes('w=32'))).toEqual([
      '/encode?w=32&layers=0',
      '/encode?w=32',
    ]);
  });

  test('a width beyond the picture is the picture', async () => {
    const { headers } = await edge.get('/images/a.exr?hdr=0&w=64');
    expect(headers.get('ETag')).toBe((await edge.get('/images/a.exr?hdr=0')).headers.get('ETag'));
  });

  test('q is passed on', async () => {
    await bytesOf(await edge.get('/images/a.exr?hdr=0&q=30'));
    expect(edge.origin.requests).toContain('/encode?q=30&layers=0');
  });

  test('an origin that is busy or broken is a 5xx, and the next request may succeed', async () => {
    edge.origin.faults.push((response) => {
      response.removeHeader('Content-Length');
      response.writeHead(503, { 'Retry-After': '7' }).end();
    });
    const busy = await edge.get('/images/a.exr?hdr=0&w=20');
    expect([busy.status, busy.headers.get('Retry-After')]).toEqual([503, '7']);
    expect(await problemCode(busy)).toBe('not_ready');
    edge.origin.faults.push((response, file) => {
      response.write(file.subarray(0, 100), () => response.destroy());
    });
    const broken = await edge.get('/images/a.exr?hdr=0&w=20');
    expect([broken.status, await problemCode(broken)]).toEqual([503, 'origin_failed']);
    await bytesOf(await edge.get('/images/a.exr?hdr=0&w=20'));
  });
});

describe('what is not there, or not allowed', () => {
  test.each([
    ['/images/none.exr', 404, 'not_found'],
    ['/images/none.exr/info', 404, 'not_found'],
    ['/jobs/none', 404, 'not_found'],
    ['/nothing/here', 404, 'not_found'],
    ['/images/a.exr?hdr=2', 400, 'invalid_parameter'],
    ['/images/a.exr?w=0', 400, 'invalid_parameter'],
    ['/images/a.exr?w=1&w=2', 400, 'duplicate_parameter'],
    ['/images/', 400, 'invalid_key'],
    ['/images/a%00b', 400, 'invalid_key'],
    ['/images/%ff', 400, 'invalid_key'],
    ['/images/..%2Fjobs', 400, 'invalid_key'],
  ])('%s is %i %s', async (path, status, code) => {
    const response = await edge.get(path);
    expect(response.status).toBe(status);
    expect(response.headers.get('Access-Control-Allow-Origin')).toBe('*');
    expect(await problemCode(response)).toBe(code);
  });

  test('another method is 405', async () => {
    const response = await edge.get('/images/a.exr', { method: 'POST', body: 'x' });
    expect([response.status, response.headers.get('Allow')]).toEqual([
      405,
      'GET, HEAD, PUT, DELETE, OPTIONS',
    ]);
    expect(await problemCode(response)).toBe('method_not_allowed');
  });

  test('a preflight is answered', async () => {
    const response = await edge.get('/images/a.exr', { method: 'OPTIONS' });
    expect(response.status).toBe(204);
    expect(response.headers.get('Access-Control-Allow-Methods')).toContain('PUT');
  });
});

describe('info, jobs and health', () => {
  test('info is JSON without pixels', async () => {
    const response = await edge.get('/images/a.exr/info');
    expect(await response.json()).toMatchObject({
      key: 'a.exr',
      status: 'done',
      width: 64,
      height: 32,
      headroom: 3,
      hdr: true,
      model: 'han2020',
      layers: [{ bytes: 1000 }, { bytes: 1001 }, { bytes: 1002 }],
      formats: ['sdr', 'layered'],
      master: { format: 'exr' },
    });
  });

  test('a job is followed by server-sent events', async () => {
    const held: (() => void)[] = [];
    edge.origin.faults.push(async (response, file) => {
      await new Promise<void>((resolve) => held.push(resolve));
      response.end(file);
    });
    const upload = await edge.put('events.exr', await exr(3));
    const location = upload.headers.get('Location');
    const events = await edge.get(location ?? '', { headers: { Accept: 'text/event-stream' } });
    expect(events.headers.get('Content-Type')).toContain('text/event-stream');
    await until(() => held.length > 0);
    held[0]!();
    const statuses = [...(await events.text()).matchAll(/^data: (.*)$/gm)].map(
      ([, data]) => (JSON.parse(data!) as { status: string }).status,
    );
    expect(['queued', 'encoding']).toContain(statuses[0]);
    expect(statuses.at(-1)).toBe('done');
    await jobEnd(edge, location);
  });

  test('the page and the models are served to isolated pages', async () => {
    const page = await edge.get('/');
    expect(await page.text()).toContain('Afterglow');
    expect(page.headers.get('Content-Type')).toContain('text/html');
    expect(page.headers.get('Cross-Origin-Opener-Policy')).toBe('same-origin');
    expect(page.headers.get('Cross-Origin-Embedder-Policy')).toBe('require-corp');
    const manifest = await edge.get('/models/manifest.json');
    expect(await manifest.json()).toEqual({});
    expect(manifest.headers.get('Cross-Origin-Resource-Policy')).toBe('cross-origin');
    const known = { 'If-None-Match': manifest.headers.get('ETag') ?? '' };
    expect((await edge.get('/models/manifest.json', { headers: known })).status).toBe(304);

    const model = await edge.get(`/${MODEL_FILE}`);
    expect(await model.text()).toBe('a network');
    expect(model.headers.get('Cache-Control')).toBe('public, max-age=31536000, immutable');
    expect(manifest.headers.get('Cache-Control')).not.toContain('immutable');
    const missing = await edge.get(`/models/glow2026/${'0'.repeat(64)}`);
    expect(missing.status).toBe(404);
    expect(missing.headers.get('Cache-Control') ?? '').not.toContain('immutable');
  });

  test('runtime and models come as Brotli to those who take it, with an ETag of their own', async () => {
    for (const [path, type, text] of [
      ['/runtime.wasm', 'application/wasm', 'a runtime'],
      [`/${MODEL_FILE}`, 'application/octet-stream', 'a network'],
    ] as const) {
      const ask = (encoding: string, headers = {}) =>
        edge.get(path, { headers: { 'Accept-Encoding': encoding, ...headers } });
      const small = await ask('br, gzip');
      expect(small.headers.get('Content-Encoding')).toBe('br');
      expect(small.headers.get('Content-Type')).toBe(type);
      expect(small.headers.get('Vary')).toContain('Accept-Encoding');
      expect(await small.text()).toBe(`${text}, compressed`);
      for (const encoding of ['identity', 'br;q=0', 'x-br']) {
        const whole = await ask(encoding);
        expect(whole.headers.get('Content-Encoding')).toBeNull();
        expect(whole.headers.get('Vary')).toContain('Accept-Encoding');
        expect(await whole.text()).toBe(text);
        expect(whole.headers.get('ETag')).not.toBe(small.headers.get('ETag'));
      }
      const known = await ask('br', { 'If-None-Match': small.headers.get('ETag') ?? '' });
      expect(known.status).toBe(304);
      expect(known.headers.get('Vary')).toContain('Accept-Encoding');
    }
    const other = await edge.get(`/${OTHER_FILE}`, { headers: { 'Accept-Encoding': 'br' } });
    expect([other.headers.get('Content-Encoding'), await other.text()]).toEqual([null, 'another network']);
    expect(other.headers.get('Cache-Control')).toContain('immutable');
  });

  test('health', async () => {
    expect(await (await edge.get('/healthz')).json()).toEqual({ status: 'ok', origin: 'up' });
  });
});

/** Asks until the answer is no stand-in. */
async function settled(path: string): Promise<Response> {
  for (;;) {
    const response = await edge.get(path);
    if (response.headers.get('Afterglow')?.includes('pending') !== true) return response;
    await response.body?.cancel();
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setTimeout(resolve, 20));
}
