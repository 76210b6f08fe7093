import { describe, expect, test } from 'vitest';
import { makeBaseLayer } from '../../../src/codec/base-layer.ts';
import { encode } from '../../../src/codec/index.ts';
import { nodeJpegCoder } from '../../../src/inference/jpeg-node.ts';
import { scene } from './pictures.ts';

const jpeg = nodeJpegCoder();
const picture = { ...scene(64, 48), nitsPerUnit: 40 };

function lighter(stops: number): typeof picture {
  return { ...picture, data: picture.data.map((light) => light * 2 ** stops) };
}

describe.each(['mai', 'reinhard'] as const)('the base of %s', (tmo) => {
  describe.each(['rate-optimised', 'mozjpeg'] as const)('%s', (coding) => {
    const mean = async (stops: number, exposure?: number): Promise<number> => {
      const { decoded } = await makeBaseLayer(lighter(stops), { quality: 80, tmo, coding, exposure }, jpeg);
      return decoded.data.reduce((sum, code) => sum + code, 0) / decoded.data.length;
    };

    test('follows an exposure that it is told of', async () => {
      const [darker, same, brighter] = [await mean(-2, -2), await mean(0, 0), await mean(2, 2)];
      expect(darker).toBeLessThan(same - 15);
      expect(brighter).toBeGreaterThan(same + 15);
    });

    test('is as before where nothing was changed', async () => {
      expect(await mean(0, 0)).toBe(await mean(0));
    });
  });
});

test('an exposure that is no number of stops is refused', async () => {
  for (const exposure of [Number.NaN, 33, -Infinity]) {
    const coding = encode(picture, { layers: 0, exposure }, { networks: null, jpeg });
    await expect(coding).rejects.toMatchObject({ code: 'invalid_option' });
  }
});
