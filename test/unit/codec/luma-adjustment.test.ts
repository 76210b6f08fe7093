import { describe, expect, test } from 'vitest';
import { applyInverseToneCurve, type InverseToneCurve } from '../../../src/codec/itmo.ts';
import { encodeJpeg, type JpegPlanes } from '../../../src/codec/jpeg/index.ts';
import { adjustedLuma } from '../../../src/codec/luma-adjustment.ts';
import { LUMA_BT709 } from '../../../src/codec/luminance.ts';
import { pqDecode, pqEncode } from '../../../src/codec/pq.ts';
import { applyToneCurve, rateToneCurve } from '../../../src/codec/tmo-mai.ts';
import { nodeJpegCoder } from '../../../src/inference/jpeg-node.ts';
import { random } from './pictures.ts';

const coder = nodeJpegCoder();
const FINEST = new Uint8Array(64).fill(1);

/** PQ planes of saturated patches three pixels wide, whose borders do not lie on those of colour samples. */
function patches(width: number, height: number): Float32Array {
  const next = random(3);
  const colours = Array.from({ length: 7 }, () => [0, 1, 2].map(() => 0.15 + 0.5 * next() ** 2));
  return Float32Array.from({ length: 3 * width * height }, (_, i) => {
    const [x, y] = [i % width, Math.trunc(i / width) % height];
    const patch = (Math.trunc(x / 3) + 3 * Math.trunc(y / 3)) % colours.length;
    return colours[patch]![Math.trunc(i / (width * height))]!;
  });
}

/** The same colours, luma as it is. */
function plainLuma(planes: JpegPlanes, tonemapped: Uint8Array): JpegPlanes {
  const y = planes.y.map(
    (_, i) => 0.299 * tonemapped[3 * i]! + 0.587 * tonemapped[3 * i + 1]! + 0.114 * tonemapped[3 * i + 2]!,
  );
  return { ...planes, y };
}

function luminance(planes: Float32Array): number[] {
  const size = planes.length / 3;
  return Array.from({ length: size }, (_, i) =>
    pqEncode(LUMA_BT709.reduce((sum, weight, c) => sum + weight * pqDecode(planes[c * size + i]!), 0)),
  );
}

/** The tone curve backwards, at every code value. */
function inverseOf(curve: Float64Array): InverseToneCurve {
  const knots = Uint16Array.from({ length: 256 }, (_, code) => {
    const k = Math.max(
      1,
      curve.findIndex((value) => value >= code - 1e-9),
    );
    const rise = curve[k]! - curve[k - 1]!;
    const part = rise > 0 ? Math.max(0, (code - curve[k - 1]!) / rise) : 1;
    return Math.round((65535 * (k - 1 + part)) / (curve.length - 1));
  });
  return [knots, knots, knots];
}

/** Root mean square error of the decoded luminance, PQ. */
async function luminanceError(
  coded: JpegPlanes,
  reference: Float32Array,
  curve: Float64Array,
): Promise<number> {
  const decoded = await coder.decode(encodeJpeg(coded, { lumaTable: FINEST, chromaTable: FINEST }));
  const found = luminance(applyInverseToneCurve(decoded, inverseOf(curve)));
  const wanted = luminance(reference);
  return Math.sqrt(found.reduce((sum, value, i) => sum + (value - wanted[i]!) ** 2, 0) / wanted.length);
}

describe('luma adjustment', () => {
  test('the decoded luminance of saturated colours is much nearer to the picture’s', async () => {
    const [width, height] = [48, 36];
    const reference = patches(width, height);
    const curve = rateToneCurve(reference);
    const adjusted = adjustedLuma(reference, curve, width, height);
    const plain = plainLuma(adjusted, applyToneCurve(reference, curve, width, height).data);
    const before = await luminanceError(plain, reference, curve);
    expect(await luminanceError(adjusted, reference, curve)).toBeLessThan(0.6 * before);
  });

  test('greys need none', () => {
    const [width, height] = [16, 8];
    const grey = Float32Array.from({ length: 3 * 128 }, (_, i) => 0.2 + (0.5 * (i % 128)) / 128);
    const curve = rateToneCurve(grey);
    const { y, cb, cr } = adjustedLuma(grey, curve, width, height);
    const at = (signal: number) => {
      const k = Math.trunc(signal * 1024);
      return curve[k]! + (signal * 1024 - k) * (curve[k + 1]! - curve[k]!);
    };
    y.forEach((value, i) => {
      expect(Math.abs(value - at(grey[i]!))).toBeLessThan(0.3);
    });
    for (const neutral of [...cb, ...cr]) expect(neutral).toBeCloseTo(128, 3);
  });

  test.each([
    [1, 1],
    [3, 5],
    [2, 7],
  ])('%d × %d: planes of the right sizes, luma in range', async (width, height) => {
    const reference = patches(width, height);
    const planes = adjustedLuma(reference, rateToneCurve(reference), width, height);
    const colour = Math.ceil(width / 2) * Math.ceil(height / 2);
    expect([planes.y.length, planes.cb.length, planes.cr.length]).toEqual([width * height, colour, colour]);
    expect(planes.y.every((value) => value >= 0 && value <= 255)).toBe(true);
    for (const plane of [planes.cb, planes.cr]) expect(plane.every(Number.isFinite)).toBe(true);
    const decoded = await coder.decode(encodeJpeg(planes, { lumaTable: FINEST, chromaTable: FINEST }));
    expect([decoded.width, decoded.height]).toEqual([width, height]);
  });

  test('pictures of a single tone, black and peak', () => {
    for (const tone of [0, 1]) {
      const reference = new Float32Array(3 * 16).fill(tone);
      const { y } = adjustedLuma(reference, rateToneCurve(reference), 4, 4);
      expect(y.every((value) => value >= 0 && value <= 255)).toBe(true);
    }
  });
});
