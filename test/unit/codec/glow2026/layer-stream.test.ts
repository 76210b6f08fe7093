import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { transform } from '../../../../src/codec/glow2026/blocks.ts';
import { LayerStream } from '../../../../src/codec/glow2026/layer-stream.ts';
import { LARGEST_LEVEL, quantise } from '../../../../src/codec/glow2026/quantiser.ts';
import { createPlanes } from '../../../../src/codec/planes.ts';
import { random } from '../pictures.ts';

const [height, width] = [32, 48];
const RULE = { colour: 32, masking: 12, tilt: 19 };
const next = random(6);
const base = {
  width: 45,
  height: 30,
  data: Uint8Array.from({ length: 3 * 45 * 30 }, (_, i) => 60 + (i % 135) + Math.floor(20 * next())),
};
const prediction = createPlanes(3, height, width);
prediction.data.forEach((_, i) => {
  prediction.data[i] = 0.4 + 0.1 * Math.sin(i / 9) + 0.02 * next();
});
const planes = [1, 2, 2].map((by) => {
  const [h, w] = [height / by, width / by];
  const plane = Float32Array.from({ length: h * w }, (_, i) => 0.05 * Math.sin(i / 5) + 0.02 * next());
  return { plane, blocks: transform(plane, h, w) };
});

function write(stream: LayerStream, range: number): Uint8Array {
  const steps = stream.stepsOf(prediction, range, RULE);
  const values = planes.map(({ blocks }, i) => quantise(blocks, stream.levels[i]!, steps[i]!));
  return stream.write(values, range, RULE);
}

describe('layer stream', () => {
  test('the reader knows what the writer knows, after every layer', () => {
    const writer = new LayerStream(base, prediction);
    const reader = new LayerStream(base, prediction);
    let error = Infinity;
    for (const range of [0.08, 0.04, 0.02, 0.01]) {
      reader.read(write(writer, range), range);
      expect(reader.levels).toEqual(writer.levels);
      const { luminance, red, blue } = reader.differences(prediction);
      expect({ luminance, red, blue }).toEqual(writer.differences(prediction));
      const off = luminance.reduce((sum, value, i) => sum + (value - planes[0]!.plane[i]!) ** 2, 0);
      expect(off).toBeLessThan(error);
      error = off;
    }
    expect(Math.sqrt(error / (height * width))).toBeLessThan(0.01);
  });

  test('before any layer there is no difference', () => {
    const { luminance, red, blue } = new LayerStream(base, prediction).differences(prediction);
    expect([luminance.length, red.length, blue.length]).toEqual([
      height * width,
      (height * width) / 4,
      (height * width) / 4,
    ]);
    expect([...luminance, ...red, ...blue].every((value) => value === 0)).toBe(true);
  });

  test('a layer begins with its step rule', () => {
    const data = write(new LayerStream(base, prediction), 0.05);
    expect([...data.subarray(0, 3)]).toEqual([32, 12, 19]);
  });

  test('any bytes are some layer', () => {
    fc.assert(
      fc.property(
        fc.array(fc.uint8Array({ maxLength: 100 }), { minLength: 1, maxLength: 4 }),
        fc.float({ noNaN: true, min: 0, max: 10 }),
        (layers, range) => {
          const stream = new LayerStream(base, prediction);
          for (const data of layers) stream.read(data, range);
          for (const plane of stream.levels)
            expect(plane.every((level) => Math.abs(level) <= LARGEST_LEVEL)).toBe(true);
          const { luminance, red, blue } = stream.differences(prediction);
          for (const plane of [luminance, red, blue]) expect(plane.every(Number.isFinite)).toBe(true);
        },
      ),
      { numRuns: 30 },
    );
  });
});
