import { describe, expect, it } from 'vitest';
import { read } from '../../../src/formats/index.ts';
import { buildExr, type TestExr } from './exr-builder.ts';
import { fixture } from './pictures.ts';

/** Luminance is never the same beside itself, chroma is small and no plane. */
const luminance = (x: number, y: number) => 1 + 0.25 * Math.abs((3 * x + 5 * y) % 7);
const chroma = { RY: (x: number, y: number) => 0.1 * Math.sin(x / 3 + y), BY: (x: number) => 0.02 * (x % 5) };

const yc = (windows: Pick<TestExr, 'dataWindow' | 'displayWindow'>, sampling: number): Uint8Array =>
  buildExr({
    channels: [
      { name: 'BY', type: 'float', sampling, sample: chroma.BY },
      { name: 'RY', type: 'float', sampling, sample: chroma.RY },
      { name: 'Y', type: 'float', sample: luminance },
    ],
    ...windows,
  });

/** R, G and B of BT.709 by a pixel's luminance and chroma. */
function rgbOf(y: number, ry: number, by: number): number[] {
  const [r, b] = [(1 + ry) * y, (1 + by) * y];
  return [r, (y - 0.2126390058 * r - 0.0721923154 * b) / 0.7151686788, b];
}

/** The interpolating kernel at a whole distance. */
function kernel(distance: number): number {
  const odd = [0.627123, -0.186077, 0.087929, -0.043159, 0.019597, -0.00754, 0.002128];
  if (distance === 0) return 1;
  return distance % 2 === 0 ? 0 : (odd[(Math.abs(distance) - 1) / 2] ?? 0);
}

/** Weights by place of the even places that a place is made of, those beyond the border being the last ones inside. */
function taps(place: number, min: number, max: number): [place: number, weight: number][] {
  const even = (value: number) => value % 2 === 0;
  const inside = Array.from({ length: max - min + 1 }, (_, i) => min + i).filter(even);
  return Array.from({ length: 27 }, (_, i) => place - 13 + i)
    .filter(even)
    .map((at) => [Math.min(Math.max(at, inside[0]!), inside.at(-1)!), kernel(at - place)]);
}

describe('luminance and chroma of OpenEXR', () => {
  it('reads what OpenEXR’s own library does of its own file', async () => {
    const found = await read(fixture('luminance-chroma.exr'));
    const wanted = await read(fixture('luminance-chroma-rgb.exr'));
    expect([found.width, found.height]).toEqual([23, 15]);
    for (let i = 0; i < wanted.data.length; i += 3) {
      const pixel = wanted.data.subarray(i, i + 3);
      // Its pixels are half floats at every step.
      for (const [c, value] of pixel.entries())
        expect(Math.abs(found.data[i + c]! - value), `pixel ${i / 3}`).toBeLessThanOrEqual(
          0.002 * Math.max(...pixel),
        );
    }
  });

  it.each([
    ['the whole', { xMin: 0, yMin: 0, xMax: 23, yMax: 17 }, { xMin: 0, yMin: 0, xMax: 23, yMax: 17 }],
    ['a part', { xMin: -6, yMin: -4, xMax: 31, yMax: 27 }, { xMin: 3, yMin: -1, xMax: 20, yMax: 26 }],
    ['odd corners', { xMin: -3, yMin: -5, xMax: 15, yMax: 8 }, { xMin: -3, yMin: -5, xMax: 15, yMax: 8 }],
  ])('makes the missing chroma of its neighbours: %s', async (_, dataWindow, displayWindow) => {
    const { data, width } = await read(yc({ dataWindow, displayWindow }, 2));
    const { xMin, yMin, xMax, yMax } = displayWindow;
    let worst = 0;
    for (let y = yMin; y <= yMax; y++)
      for (let x = xMin; x <= xMax; x++) {
        const at = (name: keyof typeof chroma): number => {
          let sum = 0;
          for (const [row, down] of taps(y, dataWindow.yMin, dataWindow.yMax))
            for (const [column, across] of taps(x, dataWindow.xMin, dataWindow.xMax))
              sum += down * across * chroma[name](column, row);
          return sum;
        };
        const start = 3 * ((y - yMin) * width + x - xMin);
        rgbOf(luminance(x, y), at('RY'), at('BY')).forEach((value, c) => {
          worst = Math.max(worst, Math.abs(data[start + c]! - value));
        });
      }
    expect(worst).toBeLessThan(1e-5);
  });

  it('shows what lies beyond the data black', async () => {
    const { data } = await read(
      yc(
        {
          dataWindow: { xMin: 0, yMin: 0, xMax: 3, yMax: 1 },
          displayWindow: { xMin: -1, yMin: -1, xMax: 3, yMax: 2 },
        },
        2,
      ),
    );
    const lit = Array.from({ length: 20 }, (_, i) => (data[3 * i]! > 0 ? 1 : 0));
    expect(lit).toEqual(
      [
        [0, 0, 0, 0, 0],
        [0, 1, 1, 1, 1],
        [0, 1, 1, 1, 1],
        [0, 0, 0, 0, 0],
      ].flat(),
    );
  });

  it('repeats chroma of another sampling', async () => {
    const dataWindow = { xMin: 0, yMin: 0, xMax: 7, yMax: 7 };
    const { data } = await read(yc({ dataWindow }, 4));
    const wanted = rgbOf(luminance(6, 3), chroma.RY(4, 0), chroma.BY(4));
    wanted.forEach((value, c) => {
      expect(data[3 * (3 * 8 + 6) + c]).toBeCloseTo(value, 5);
    });
  });
});
