import { readFile } from 'node:fs/promises';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { jobEnd, startEdge } from './edge-harness.ts';
import type { Edge } from './edge-harness.ts';

// An SDR master has no layers, now or ever: nobody is told to wait for them, and no rendering is spent on them.

let edge: Edge;
beforeAll(async () => {
  edge = await startEdge();
  const grey = { create: { width: 64, height: 32, channels: 3 as const, background: '#777' } };
  for (const kind of ['jpeg', 'png', 'webp', 'avif'] as const) {
    const upload = await edge.put(`a.${kind}`, new Uint8Array(await sharp(grey).toFormat(kind).toBuffer()));
    expect(upload.status).toBe(202);
    expect(await jobEnd(edge, upload.headers.get('Location'))).toMatchObject({ status: 'done', progress: 1 });
  }
});
afterAll(() => edge.stop());

test('JPEG XL is taken, SDR and HDR', async () => {
  for (const [name, hdr] of [
    ['int16', false],
    ['pq-int16', true],
  ] as const) {
    const file = await readFile(`test/unit/formats/fixtures/${name}.jxl`);
    const upload = await edge.put(`${name}.jxl`, new Uint8Array(file));
    expect(upload.status).toBe(202);
    expect(await jobEnd(edge, upload.headers.get('Location'))).toMatchObject({ status: 'done' });
    const info: unknown = await (await edge.get(`/images/${name}.jxl/info`)).json();
    expect(info).toMatchObject({ hdr, master: { format: 'jxl' } });
  }
});

describe('an SDR master', () => {
  test.each(['jpeg', 'png', 'webp', 'avif'])(
    '%s: hdr=1 gets the plain JPEG, which is all there is',
    async (kind) => {
      for (const query of ['?hdr=1', '?hdr=1&layers=2', '?hdr=gainmap']) {
        const response = await edge.get(`/images/a.${kind}${query}`);
        expect(response.status).toBe(200);
        expect(response.headers.get('Content-Type')).toBe('image/jpeg');
        expect(response.headers.get('Afterglow')).toBe('sdr');
        expect(response.headers.get('Cache-Control')).not.toContain('max-age=5');
        await response.arrayBuffer();
      }
    },
  );

  test('has one tag for all that ask for layers and all that do not', async () => {
    const [plain, layered] = await Promise.all(
      ['?hdr=0', '?hdr=1'].map(async (query) =>
        (await edge.get(`/images/a.png${query}`)).headers.get('ETag'),
      ),
    );
    expect(layered).toBe(plain);
  });

  test('still says what the choice could have depended on', async () => {
    const response = await edge.get('/images/a.png', {
      headers: { Accept: 'image/vnd.afterglow,image/jpeg;q=0.8' },
    });
    expect(response.headers.get('Afterglow')).toBe('sdr');
    expect(response.headers.get('Vary')).toContain('Accept');
  });

  test('is rendered once, and its job is done', async () => {
    const encodes = edge.origin.requests.filter((target) => target.startsWith('/encode'));
    expect(encodes.slice(0, 4)).toEqual(Array(4).fill('/encode?layers=0'));
    const info: unknown = await (await edge.get('/images/a.jpeg/info')).json();
    expect(info).toMatchObject({ status: 'done', hdr: false, headroom: 0, layers: [], formats: ['sdr'] });
  });
});
