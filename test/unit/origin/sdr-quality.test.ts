import { describe, expect, test } from 'vitest';
import { lumaQuantisation, readLayout } from '../../../src/container/index.ts';
import { write } from '../../../src/formats/index.ts';
import { nodeJpegCoder } from '../../../src/inference/jpeg-node.ts';
import { renderEncode } from '../../../src/origin/render.ts';
import { sunset } from '../../browser/layered-file.ts';

const body = await write(sunset(64, 48), 'exr');
const parts = {
  jpeg: nodeJpegCoder(),
  maxPixels: 1e6,
  networks: () => Promise.reject(new Error('No network has a part in this.')),
};

async function stepOf(q: number | undefined, sdrQuality: number | undefined): Promise<number> {
  const variant = q === undefined ? {} : { q };
  const { bytes } = await renderEncode(body, { variant, layers: 0, model: 'none' }, { ...parts, sdrQuality });
  return lumaQuantisation(bytes.subarray(0, readLayout(bytes).base.length))[0]!;
}

describe('what SDR clients see', () => {
  test('is as fine as the operator says, by default and where more is asked for', async () => {
    expect(await stepOf(undefined, undefined)).toBe(28);
    expect(await stepOf(undefined, 75)).toBe(12);
    expect(await stepOf(95, 75)).toBe(12);
  });

  test('is as coarse as a request wants it', async () => {
    expect(await stepOf(60, 75)).toBe(19);
    expect(await stepOf(10, 75)).toBe(await stepOf(10, undefined));
  });
});
