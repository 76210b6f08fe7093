import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { bytesOf, hdrFile, jobEnd, problemCode, startEdge } from './edge-harness.ts';
import type { Edge } from './edge-harness.ts';

let edge: Edge;
beforeAll(async () => {
  edge = await startEdge({
    variables: {
      PRESETS: '{"card": "w=48&h=48&fit=cover&gravity=north", "default": "q=70"}',
      MAX_OUTPUT_MEGAPIXELS: '0.01',
      WIDTH_LADDER: '20 40 80',
    },
  });
  const upload = await edge.put('desk/a.exr', await hdrFile('exr', 1, 64, 32));
  await jobEnd(edge, upload.headers.get('Location'));
});
afterAll(() => edge.stop());

/** The query that the origin was asked with for the base of a picture. */
async function asked(query: string): Promise<string> {
  const before = edge.origin.requests.length;
  await bytesOf(await edge.get(`/images/desk/a.exr?hdr=0&${query}`));
  return edge.origin.requests.slice(before).join(' ');
}

describe('operations', () => {
  test('reach the origin under their canonical names, once however they are spelt', async () => {
    const query = 'crop=0,0,32,32&rotate=90&flip=v&blur=1.0&sharpen=0.5&ev=-0.5&tmo=reinhard&q=50';
    expect(await asked(query)).toBe(
      '/encode?blur=1&crop=0%2C0%2C32%2C32&ev=-0.5&flip=h&q=50&rotate=270&sharpen=0.5&tmo=reinhard&layers=0',
    );
    expect(await asked('quality=50&sharpen=0.5&flip=hv&rotate=90&crop=0,0,32,32')).toContain('rotate=270');
    expect(await asked(`utm_source=x&${query.replace('q=', 'quality=').replace('rotate', 'r')}`)).toBe('');
  });

  test('that change nothing are the picture as it is', async () => {
    expect(await asked('q=70')).toContain('q=70');
    for (const same of ['q=70&w=64', 'q=70&w=9000&h=9000', 'q=70&crop=0,0,64,32', 'q=70&rotate=0&ev=0']) {
      expect([same, await asked(same)]).toEqual([same, '']);
    }
  });

  test('beyond the picture are refused', async () => {
    const response = await edge.get('/images/desk/a.exr?crop=64,0,1,1');
    expect(response.status).toBe(400);
    expect(await problemCode(response)).toBe('crop_outside');
  });
});

describe('limits', () => {
  test('more pixels than allowed are refused, before anything is rendered', async () => {
    const before = edge.origin.requests.length;
    const response = await edge.get('/images/desk/a.exr?w=80&h=2000&fit=pad');
    expect(response.status).toBe(400);
    expect(await problemCode(response)).toBe('too_many_pixels');
    expect(edge.origin.requests.length).toBe(before);
  });

  test('widths are those of the ladder', async () => {
    expect(await asked('w=11')).toContain('w=20');
    expect(await asked('w=13')).toBe('');
    expect(await asked('h=20')).toContain('w=40');
    expect(await asked('w=33')).toBe('');
  });
});

describe('presets', () => {
  test('are what the operator says, and the URL beside them', async () => {
    expect(await asked('preset=card')).toContain('fit=cover&gravity=north&h=32&q=70&w=32');
    expect(await asked('preset=card&q=60')).toContain('q=60');
  });

  test('that there are not are refused', async () => {
    const response = await edge.get('/images/desk/a.exr?preset=nope');
    expect(response.status).toBe(400);
    expect(await problemCode(response)).toBe('unknown_preset');
  });
});

describe('download', () => {
  test('names the file, and is no other rendition', async () => {
    const plain = await edge.get('/images/desk/a.exr?hdr=0');
    const named = await edge.get('/images/desk/a.exr?hdr=0&download=');
    const other = await edge.get(`/images/desk/a.exr?hdr=0&download=${encodeURIComponent('Büro.jpg')}`);
    expect(plain.headers.get('Content-Disposition')).toBeNull();
    expect(named.headers.get('Content-Disposition')).toBe('attachment; filename="a.jpg"');
    expect(other.headers.get('Content-Disposition')).toContain("filename*=UTF-8''B%C3%BCro.jpg");
    expect(other.headers.get('ETag')).toBe(plain.headers.get('ETag'));
    for (const response of [plain, named, other]) await response.body?.cancel();
  });
});

test('a configuration that makes no sense is a documented 503, and names nothing of the inside', async () => {
  const broken = await startEdge({ variables: { PRESETS: '{"a": "w=0"}' } });
  try {
    const response = await broken.get('/images/a.exr');
    expect(response.status).toBe(503);
    expect(response.headers.get('Retry-After')).toBe('60');
    expect(await problemCode(response)).toBe('misconfigured');
  } finally {
    await broken.stop();
  }
});

test('where there are presets only, nothing else is rendered', async () => {
  const strict = await startEdge({ variables: { PRESETS: '{"a": "w=16"}', PRESETS_ONLY: 'true' } });
  try {
    const response = await strict.get('/images/a.exr?w=17');
    expect(response.status).toBe(400);
    expect(await problemCode(response)).toBe('preset_required');
    expect(await problemCode(await strict.get('/images/a.exr?preset=a&hdr=1'))).toBe('not_found');
  } finally {
    await strict.stop();
  }
});
