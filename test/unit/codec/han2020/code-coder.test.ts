import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  createCodeContext,
  decodeLayer,
  encodeLayer,
  type CodeShape,
} from '../../../../src/codec/han2020/code-coder.ts';
import { RangeEncoder } from '../../../../src/codec/entropy/range-coder.ts';
import { random } from '../pictures.ts';

/**
 * Codes such as a network's: sparse, alike in neighbouring positions, related between channels and from layer to layer.
 */
function networkLikeLayers({ channels, height, width }: CodeShape, layers: number, seed = 1): Uint8Array[] {
  const next = random(seed);
  const plane = height * width;
  const busy = Array.from({ length: plane }, (_, i) => {
    const [y, x] = [Math.trunc(i / width) / height, (i % width) / width];
    return 0.5 + 0.5 * Math.sin(9 * x + 2 * Math.cos(7 * y));
  });
  const out: Uint8Array[] = [];
  for (let k = 0; k < layers; k++) {
    const code = new Uint8Array(channels * plane);
    for (let c = 0; c < channels; c++) {
      for (let i = 0; i < plane; i++) {
        const left = i % width > 0 ? code[c * plane + i - 1]! : 0;
        const other = c >= 3 ? code[(c - 3) * plane + i]! : 0;
        const before = out.at(-1)?.[c * plane + i] ?? 0;
        const chance =
          0.05 + busy[i]! * (0.15 + 0.1 * (c % 3)) + 0.2 * (left - 0.3) + 0.15 * (other - 0.3) - 0.1 * before;
        code[c * plane + i] = next() < chance ? 1 : 0;
      }
    }
    out.push(code);
  }
  return out;
}

function encodeAll(shape: CodeShape, layers: readonly Uint8Array[]): Uint8Array[] {
  const context = createCodeContext(shape);
  return layers.map((layer) => encodeLayer(context, layer));
}

function decodeAll(shape: CodeShape, coded: readonly Uint8Array[]): Uint8Array[] {
  const context = createCodeContext(shape);
  return coded.map((bytes) => decodeLayer(context, bytes));
}

/** The reference to beat: one adaptive probability per channel, which carries over from layer to layer. */
function orderZeroBytes({ channels, height, width }: CodeShape, layers: readonly Uint8Array[]): number {
  const ones = new Float64Array(channels).fill(1);
  const all = new Float64Array(channels).fill(2);
  let bytes = 0;
  for (const layer of layers) {
    const coder = new RangeEncoder();
    layer.forEach((bit, i) => {
      const c = Math.trunc(i / (height * width));
      coder.encode(bit, Math.round((65536 * ones[c]!) / all[c]!));
      ones[c]! += bit;
      all[c]!++;
    });
    bytes += coder.finish().length;
  }
  return bytes;
}

const total = (parts: readonly Uint8Array[]) => parts.reduce((sum, { length }) => sum + length, 0);

describe('layers come back', () => {
  const shapes = fc.record({
    channels: fc.integer({ min: 1, max: 33 }),
    height: fc.integer({ min: 1, max: 7 }),
    width: fc.integer({ min: 1, max: 7 }),
  });

  test('of random bits of any density', () => {
    fc.assert(
      fc.property(
        shapes,
        fc.integer({ min: 1, max: 6 }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        fc.integer(),
        (shape, layers, density, seed) => {
          const next = random(seed);
          const codes = Array.from({ length: layers }, () =>
            Uint8Array.from({ length: shape.channels * shape.height * shape.width }, () =>
              next() < density ? 1 : 0,
            ),
          );
          expect(decodeAll(shape, encodeAll(shape, codes))).toEqual(codes);
        },
      ),
      { numRuns: 60 },
    );
  });

  test('of constant bits, in next to no bytes', () => {
    const shape = { channels: 32, height: 40, width: 60 };
    for (const bit of [0, 1]) {
      const codes = Array.from({ length: 3 }, () => new Uint8Array(32 * 40 * 60).fill(bit));
      const coded = encodeAll(shape, codes);
      expect(decodeAll(shape, coded)).toEqual(codes);
      expect(total(coded)).toBeLessThan(150);
    }
  });

  test('of one position: at least a byte, since a file holds no empty layer', () => {
    const shape = { channels: 32, height: 1, width: 1 };
    const code = new Uint8Array(32);
    const [bytes] = encodeAll(shape, [code]);
    expect(bytes!.length).toBeGreaterThanOrEqual(1);
    expect(bytes!.length).toBeLessThanOrEqual(6);
    expect(decodeAll(shape, [bytes!])).toEqual([code]);
  });

  test('a code of the wrong size is refused', () => {
    const context = createCodeContext({ channels: 2, height: 2, width: 2 });
    expect(() => encodeLayer(context, new Uint8Array(7))).toThrow(RangeError);
  });
});

describe('decoding is total', () => {
  test('any bytes give a code of the right size', () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ maxLength: 400 }), { maxLength: 4 }), (layers) => {
        for (const code of decodeAll({ channels: 32, height: 3, width: 4 }, layers)) {
          expect(code).toHaveLength(384);
          expect(code.every((bit) => bit <= 1)).toBe(true);
        }
      }),
      { numRuns: 100 },
    );
  });

  test('bytes that were cut off change nothing before them', () => {
    const shape = { channels: 32, height: 12, width: 12 };
    const [code] = networkLikeLayers(shape, 1);
    const [bytes] = encodeAll(shape, [code!]);
    const [cut] = decodeAll(shape, [bytes!.subarray(0, bytes!.length >> 1)]);
    const known = Array.from({ length: 32 }, (_, c) => [code![c * 144], cut![c * 144]]);
    expect(known.every(([a, b]) => a === b)).toBe(true);
  });
});

describe('what it saves', () => {
  const shape = { channels: 32, height: 48, width: 64 };
  const layers = networkLikeLayers(shape, 4);

  test('more than a coder that knows each channel alone', () => {
    expect(total(encodeAll(shape, layers))).toBeLessThan(0.97 * orderZeroBytes(shape, layers));
  });

  test('layers that repeat the one before cost little', () => {
    const coded = encodeAll(shape, [layers[0]!, layers[0]!]);
    expect(coded[1]!.length).toBeLessThan(0.2 * coded[0]!.length);
  });

  test('random bits cost hardly more than themselves', () => {
    const next = random(3);
    const noise = Uint8Array.from({ length: 32 * 48 * 64 }, () => (next() < 0.5 ? 1 : 0));
    expect(total(encodeAll(shape, [noise]))).toBeLessThan(1.03 * (noise.length / 8));
  });
});

test('the bytes are those of every version before: files must stay readable', () => {
  const shape = { channels: 32, height: 17, width: 23 };
  const coded = encodeAll(shape, networkLikeLayers(shape, 5, 42));
  const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex').slice(0, 16);
  expect(coded.map((bytes) => [bytes.length, sha256(bytes)])).toMatchInlineSnapshot(`
    [
      [
        702,
        "c00175c7e12eb733",
      ],
      [
        636,
        "28764180e5a6cd91",
      ],
      [
        664,
        "f6414fd732715327",
      ],
      [
        627,
        "c2f960ebbc98b211",
      ],
      [
        621,
        "65b31f5341260069",
      ],
    ]
  `);
});
