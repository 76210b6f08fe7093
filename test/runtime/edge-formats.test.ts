import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { bytesOf, jobEnd, problemCode, startEdge, uploaded, type Edge } from './edge-harness.ts';

let edge: Edge;
beforeAll(async () => {
  edge = await startEdge({ variables: { PATIENCE_SECONDS: '1' } });
  await uploaded(edge, 'a.exr');
});
afterAll(() => edge.stop());

describe('a file of another format than JPEG', () => {
  test.each([
    ['avif', 'image/avif'],
    ['png', 'image/png'],
    ['exr', 'image/x-exr'],
  ])('%s is rendered by the first who asks, and kept', async (format, type) => {
    const before = edge.origin.requests.length;
    for (let time = 0; time < 2; time++) {
      const response = await edge.get(`/images/a.exr?format=${format}&w=32`);
      expect(response.headers.get('Content-Type')).toBe(type);
      expect(response.headers.get('Afterglow')).toBe('hdr');
      expect((await bytesOf(response)).toString()).toBe(`a picture in ${format}`);
    }
    expect(edge.origin.requests.slice(before)).toEqual([`/encode?w=32&format=${format}`]);
    expect((await edge.stored()).some((name) => name.endsWith(`/w-32/picture.${format}`))).toBe(true);
  });

  test('is one of its own to caches, and depends on no header but those of its width', async () => {
    const [avif, png, jpeg] = await Promise.all(
      ['format=avif', 'format=png', 'format=jpg'].map((query) => edge.get(`/images/a.exr?${query}`)),
    );
    const tags = [avif, png, jpeg].map((response) => response!.headers.get('ETag'));
    expect(new Set(tags).size).toBe(3);
    expect(avif!.headers.get('Vary')).not.toContain('Accept,');
    expect(avif!.headers.get('Vary')).toContain('Sec-CH-Width');
    const again = await edge.get('/images/a.exr?format=avif', { headers: { 'If-None-Match': tags[0]! } });
    expect(again.status).toBe(304);
    expect(avif!.headers.get('Cache-Control')).toContain('max-age=3600');
  });

  test('answers ranges, HEAD and downloads under its own extension', async () => {
    const part = await edge.get('/images/a.exr?format=avif', { headers: { Range: 'bytes=2-8' } });
    expect([part.status, await part.text()]).toEqual([206, 'picture']);
    const head = await edge.get('/images/a.exr?format=exr&dl', { method: 'HEAD' });
    expect(head.headers.get('Content-Disposition')).toBe('attachment; filename="a.exr"');
    expect(head.headers.get('Content-Length')).toBe(String('a picture in exr'.length));
    const named = await edge.get('/images/a.exr?format=png&dl=sunset.jpg');
    expect(named.headers.get('Content-Disposition')).toBe('attachment; filename="sunset.jpg.png"');
  });

  test('holds the whole picture, whatever is said of layers', async () => {
    const response = await edge.get('/images/a.exr?format=png&hdr=1&layers=1');
    expect(response.headers.get('Afterglow')).toBe('hdr');
    expect((await bytesOf(response)).toString()).toBe('a picture in png');
  });

  test('of an SDR master is SDR', async () => {
    const grey = { create: { width: 64, height: 32, channels: 3, background: '#888' } } as const;
    const upload = await edge.put('grey.png', new Uint8Array(await sharp(grey).png().toBuffer()));
    // Its job is over, so that it does not meet with the faults of the next test.
    expect(await jobEnd(edge, upload.headers.get('Location'))).toMatchObject({ status: 'done' });
    const response = await edge.get('/images/grey.png?format=avif');
    expect(response.headers.get('Afterglow')).toBe('sdr');
    expect(response.headers.get('Content-Type')).toBe('image/avif');
  });

  test('is answered with 503 as long as it takes, and then there', async () => {
    let finish: () => void = () => undefined;
    edge.origin.faults.push(async (response, file) => {
      await new Promise<void>((resolve) => (finish = resolve));
      response.end(file);
    });
    const early = await edge.get('/images/a.exr?format=avif&w=20');
    expect([early.status, await problemCode(early)]).toEqual([503, 'not_ready']);
    expect(Number(early.headers.get('Retry-After'))).toBeGreaterThan(0);
    finish();
    const late = await edge.get('/images/a.exr?format=avif&w=20');
    expect((await bytesOf(late)).toString()).toBe('a picture in avif');
  });

  test('that the origin refuses is a problem, not a picture', async () => {
    edge.origin.faults.push((response) => {
      response.removeHeader('Content-Length');
      response.writeHead(413, { 'Content-Type': 'application/problem+json' });
      response.end(
        JSON.stringify({ status: 413, code: 'too_large', title: 'Too large', detail: 'Too large.' }),
      );
    });
    const response = await edge.get('/images/a.exr?format=avif&w=21');
    expect([response.status, await problemCode(response)]).toEqual([413, 'too_large']);
  });
});

describe('a gain map with an announcement', () => {
  test('is assembled of four ranges, and of parts of them', async () => {
    const segment = (marker: number, text: string) =>
      Buffer.concat([Buffer.of(0xff, marker, 0, text.length + 2), Buffer.from(text)]);
    const announcement = Buffer.concat([segment(0xe1, 'hdrgm'), segment(0xe2, 'MPF')]);
    const map = Buffer.from('the map');
    edge.origin.gainMap = Buffer.concat([announcement, map]);
    await uploaded(edge, 'map.exr', 5);
    edge.origin.gainMap = undefined;
    const base = await bytesOf(await edge.get('/images/map.exr?hdr=0'));
    const at = base.readUInt16BE(2) === 0xffe0 ? 4 + base.readUInt16BE(4) : 2;
    const whole = Buffer.concat([base.subarray(0, at), announcement, base.subarray(at), map]);
    const response = await edge.get('/images/map.exr?hdr=gainmap');
    expect(response.headers.get('Afterglow')).toBe('gainmap');
    expect(await bytesOf(response)).toEqual(whole);
    for (const [from, to] of [
      [0, 3],
      [at - 1, at + 5],
      [at + announcement.length - 2, whole.length - 3],
      [whole.length - 4, whole.length - 1],
    ] as const) {
      const part = await edge.get('/images/map.exr?hdr=gainmap', {
        headers: { Range: `bytes=${from}-${to}` },
      });
      expect(part.status).toBe(206);
      expect(Buffer.from(await part.arrayBuffer())).toEqual(whole.subarray(from, to + 1));
    }
  });
});
