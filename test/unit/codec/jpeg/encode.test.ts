import fc from 'fast-check';
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { CodecError } from '../../../../src/codec/errors.ts';
import { encodeJpeg, type JpegEncodeOptions, type JpegPlanes } from '../../../../src/codec/jpeg/index.ts';
import { nodeJpegCoder } from '../../../../src/inference/jpeg-node.ts';
import { flatTable, makePlanes, roundedPlane, texture } from './planes.ts';

const coder = nodeJpegCoder();

/** By libjpeg-turbo as wasm, which refuses whatever libjpeg would warn of; sharp has to see the same picture. */
async function decode(jpeg: Uint8Array): Promise<{ width: number; height: number; data: Uint8Array }> {
  const decoded = await coder.decode(jpeg);
  const { info } = await sharp(jpeg, { failOn: 'warning' }).raw().toBuffer({ resolveWithObject: true });
  expect([info.width, info.height, info.channels]).toEqual([decoded.width, decoded.height, 3]);
  return decoded;
}

function flat(step: number, options: Partial<JpegEncodeOptions> = {}): JpegEncodeOptions {
  return { lumaTable: flatTable(step), chromaTable: flatTable(step), ...options };
}

/** Largest error of decoded luma against a plane; chroma has to be neutral, so that R = G = B = Y. */
async function worstError(jpeg: Uint8Array, expected: Float32Array): Promise<number> {
  const { data } = await decode(jpeg);
  let worst = 0;
  for (let i = 0; i < expected.length; i++) worst = Math.max(worst, Math.abs(data[3 * i]! - expected[i]!));
  return worst;
}

async function lumaSquares(jpeg: Uint8Array, { y }: JpegPlanes): Promise<number> {
  const { data } = await decode(jpeg);
  return y.reduce((sum, value, i) => sum + (data[3 * i]! - value) ** 2, 0);
}

/** Ss, Se, Ah/Al of the AC scans of a component. */
function acScans(jpeg: Uint8Array, component: number): number[][] {
  const scans: number[][] = [];
  for (let i = 0; i + 9 < jpeg.length; i++) {
    const isSos = jpeg[i] === 0xff && jpeg[i + 1] === 0xda && jpeg[i + 4] === 1;
    if (isSos && jpeg[i + 5] === component) scans.push([...jpeg.subarray(i + 7, i + 10)]);
  }
  return scans;
}

describe('encodeJpeg with plain rounding', () => {
  const sizes = [
    [1, 1],
    [7, 9],
    [8, 8],
    [17, 33],
    [640, 48],
  ] as const;
  for (const [width, height] of sizes) {
    for (const subsampling of ['4:2:0', '4:4:4'] as const) {
      it(`decodes to the rounded coefficients: ${width} × ${height}, ${subsampling}`, async () => {
        const planes = makePlanes(width, height, subsampling, texture(width));
        for (const step of [1, 6, 40, 255]) {
          const jpeg = encodeJpeg(planes, flat(step, { lambda: 0 }));
          const expected = roundedPlane(planes.y, width, height, flatTable(step));
          expect(await worstError(jpeg, expected)).toBeLessThan(1.1);
        }
      });
    }
  }

  it('takes a table in natural order', async () => {
    const lumaTable = Uint8Array.from({ length: 64 }, (_, at) => 3 + (at >> 3) + 4 * (at & 7));
    const planes = makePlanes(64, 40, '4:2:0', texture(3));
    const jpeg = encodeJpeg(planes, { lumaTable, chromaTable: flatTable(9), lambda: 0 });
    expect(await worstError(jpeg, roundedPlane(planes.y, 64, 40, lumaTable))).toBeLessThan(1.1);
  });

  it('keeps colours', async () => {
    const planes = makePlanes(
      32,
      32,
      '4:4:4',
      () => 120,
      (x, y) => 118 + (x + y) / 4,
    );
    const { data } = await decode(encodeJpeg(planes, flat(1, { lambda: 0 })));
    for (let i = 0; i < 32 * 32; i++) {
      const [cb, cr] = [planes.cb[i]! - 128, planes.cr[i]! - 128];
      const rgb = [120 + 1.402 * cr, 120 - 0.344136 * cb - 0.714136 * cr, 120 + 1.772 * cb];
      rgb.forEach((value, c) => {
        expect(Math.abs(data[3 * i + c]! - value)).toBeLessThan(3);
      });
    }
  });

  it('codes the lowest bit by itself where that is shorter', async () => {
    const wave = (x: number, y: number): number =>
      128 + 60 * Math.sin(x / 9 + Math.sin(y / 13)) + 30 * Math.cos(y / 5);
    const planes = makePlanes(256, 128, '4:2:0', wave);
    const jpeg = encodeJpeg(planes, flat(2, { lambda: 0 }));
    expect(acScans(jpeg, 1)).toContainEqual([1, 63, 0x10]);
    expect(await worstError(jpeg, roundedPlane(planes.y, 256, 128, flatTable(2)))).toBeLessThan(1.1);
  });

  it('ends a run of empty blocks that a scan cannot count', async () => {
    const planes = makePlanes(2048, 1040, '4:2:0', (x, y) =>
      x > 2040 && y > 1032 ? 128 + 9 * (x & 7) : 128,
    );
    const jpeg = encodeJpeg(planes, flat(4, { lambda: 0 }));
    expect(jpeg.length).toBeLessThan(8000);
    expect(await worstError(jpeg, roundedPlane(planes.y, 2048, 1040, flatTable(4)))).toBeLessThan(1.1);
  });
});

describe('encodeJpeg', () => {
  it('cuts values far outside the range off instead of overflowing', async () => {
    for (const far of [1e9, -1e9, Infinity, NaN]) {
      const planes = makePlanes(40, 24, '4:4:4', (x, y) => (((x >> 1) + y) % 2 === 0 ? far : 255 - far));
      for (const lambda of [0, 0.12]) {
        const { width } = await decode(encodeJpeg(planes, flat(1, { lambda })));
        expect(width).toBe(40);
      }
    }
    const white = encodeJpeg(
      makePlanes(40, 24, '4:2:0', () => 1e6),
      flat(1),
    );
    expect((await decode(white)).data.every((value) => value === 255)).toBe(true);
  });

  it('gives every picture and table a file that decodes to its size', async () => {
    const values = fc.double({ min: -300, max: 600, noDefaultInfinity: false });
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: 40 }),
        fc.integer({ min: 1, max: 40 }),
        fc.constantFrom('4:2:0' as const, '4:4:4' as const),
        fc.array(values, { minLength: 1, maxLength: 60 }),
        fc.uint8Array({ min: 1, max: 255, minLength: 64, maxLength: 64 }),
        fc.double({ min: 0, max: 2, noNaN: true }),
        fc.array(fc.float({ min: 0, max: 8, noNaN: true }), { minLength: 25, maxLength: 25 }),
        async (width, height, subsampling, samples, table, lambda, weights) => {
          const at = (x: number, y: number): number => samples[(x * 7 + y * 13) % samples.length]!;
          const planes = makePlanes(width, height, subsampling, at, at);
          const blockWeights = Float32Array.from(weights).slice(
            0,
            Math.ceil(width / 8) * Math.ceil(height / 8),
          );
          const options = { lumaTable: table, chromaTable: table.toReversed(), lambda, blockWeights };
          const decoded = await decode(encodeJpeg(planes, options));
          expect([decoded.width, decoded.height]).toEqual([width, height]);
        },
      ),
      { numRuns: 150 },
    );
  });

  it('takes fewer bytes and a lower cost at a higher price of a bit', async () => {
    const planes = makePlanes(256, 128, '4:2:0', texture(8));
    const step = 10;
    const plain = encodeJpeg(planes, flat(step, { lambda: 0 }));
    let before = plain.length;
    for (const lambda of [0.05, 0.12, 0.3]) {
      const priced = encodeJpeg(planes, flat(step, { lambda }));
      expect(priced.length).toBeLessThan(before);
      before = priced.length;
      const cost = async (jpeg: Uint8Array): Promise<number> =>
        (await lumaSquares(jpeg, planes)) + lambda * step ** 2 * 8 * jpeg.length;
      expect(await cost(priced)).toBeLessThan(await cost(plain));
    }
  });

  it('spends bits where blocks weigh more', async () => {
    const planes = makePlanes(128, 64, '4:2:0', texture(9));
    const blockWeights = Float32Array.from({ length: 16 * 8 }, (_, i) => (i % 16 < 8 ? 4 : 0.25));
    const squares = async (jpeg: Uint8Array): Promise<number> => {
      const { data } = await decode(jpeg);
      return planes.y.reduce((sum, v, i) => sum + (i % 128 < 64 ? (data[3 * i]! - v) ** 2 : 0), 0);
    };
    const weighted = encodeJpeg(planes, flat(12, { blockWeights }));
    expect(await squares(weighted)).toBeLessThan(await squares(encodeJpeg(planes, flat(12))));
  });

  it('is a progressive JFIF file of square pixels', async () => {
    const jpeg = encodeJpeg(makePlanes(20, 20, '4:2:0', texture(1)), flat(8));
    expect([...jpeg.subarray(0, 20)]).toEqual([
      ...[0xff, 0xd8, 0xff, 0xe0, 0, 16, 0x4a, 0x46, 0x49, 0x46, 0, 1, 1, 0, 0, 1, 0, 1, 0, 0],
    ]);
    const { isProgressive, chromaSubsampling } = await sharp(jpeg).metadata();
    expect([isProgressive, chromaSubsampling]).toEqual([true, '4:2:0']);
  });

  it('refuses what cannot be encoded', () => {
    const planes = makePlanes(16, 8, '4:2:0', () => 100);
    const wrong: [JpegPlanes, JpegEncodeOptions][] = [
      [{ ...planes, width: 0 }, flat(8)],
      [{ ...planes, height: 65536 }, flat(8)],
      [{ ...planes, width: 17 }, flat(8)],
      [{ ...planes, subsampling: '4:4:4' }, flat(8)],
      [planes, flat(0)],
      [planes, flat(8, { chromaTable: new Uint8Array(63).fill(1) })],
      [planes, flat(8, { lambda: -1 })],
      [planes, flat(8, { lambda: NaN })],
      [planes, flat(8, { blockWeights: new Float32Array(1) })],
      [planes, flat(8, { blockWeights: Float32Array.of(1, -1) })],
    ];
    for (const [input, options] of wrong) {
      expect(() => encodeJpeg(input, options)).toThrow(
        expect.objectContaining({ name: CodecError.name, code: 'invalid_option' }),
      );
    }
  });
});
