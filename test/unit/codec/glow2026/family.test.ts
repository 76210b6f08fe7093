import CRC32 from 'crc-32';
import { beforeAll, describe, expect, test } from 'vitest';
import { decode, encode, pqEncode, type HdrPicture } from '../../../../src/codec/index.ts';
import { readLayout, type LayeredLayout } from '../../../../src/container/index.ts';
import { nodeJpegCoder } from '../../../../src/inference/jpeg-node.ts';
import { random, scene } from '../pictures.ts';
import { identityNetworks } from './identity-networks.ts';

// The family end to end, with a network that changes nothing.

const parts = { networks: identityNetworks(), jpeg: nodeJpegCoder() };

/** Root mean square error of PQ values. */
function pqError(original: HdrPicture, decoded: HdrPicture): number {
  let sum = 0;
  decoded.data.forEach((value, i) => {
    const scale = decoded.nitsPerUnit!;
    sum += (pqEncode(value * scale) - pqEncode(original.data[i]! * scale)) ** 2;
  });
  return Math.sqrt(sum / decoded.data.length);
}

function layered(file: Uint8Array): LayeredLayout {
  const layout = readLayout(file);
  if (layout.kind !== 'layered') throw new Error('not layered');
  return layout;
}

/** A gradient over four decades, a texture on one half, and noise. */
function synthetic(width: number, height: number): HdrPicture {
  const next = random(12);
  const data = new Float32Array(3 * width * height);
  for (let i = 0; i < data.length; i++) {
    const [x, y, c] = [Math.trunc(i / 3) % width, Math.trunc(i / 3 / width), i % 3];
    const texture = 2 * x > width ? 1 + 0.4 * Math.sin(0.9 * x + 0.5 * y) : 1;
    data[i] = 10 ** (4 * (x / width) - 2) * texture * (1 + 0.05 * next()) * [1, 0.7, 0.5][c]!;
  }
  return { width, height, data, primaries: 'bt709', nitsPerUnit: 1 };
}

describe('layers', () => {
  /** The error with 0, 1, 2 … layers. */
  async function errorsOf(width: number, height: number): Promise<number[]> {
    const picture = scene(width, height, width);
    const file = await encode(picture, { quality: 90 }, parts);
    const errors: number[] = [];
    for (let k = 0; k <= layered(file).layers.length; k++) {
      const back = await decode(file, { layers: k }, parts);
      expect([back.width, back.height, back.data.length]).toEqual([width, height, 3 * width * height]);
      expect(back.data.every(Number.isFinite)).toBe(true);
      errors.push(pqError(picture, back));
    }
    return errors;
  }

  test.each([
    [17, 33],
    [64, 48],
  ])('%d × %d: the error falls with every layer', async (width, height) => {
    const errors = await errorsOf(width, height);
    expect(errors.length).toBeGreaterThan(2);
    for (let k = 1; k < errors.length; k++) expect(errors[k]).toBeLessThan(errors[k - 1]!);
  });

  // Few coefficients leave much to chance: the middle of an interval, and what lies beyond the border.
  test.each([
    [6, 5],
    [7, 9],
  ])('%d × %d: a layer hardly ever harms, and all of them help', async (width, height) => {
    const errors = await errorsOf(width, height);
    expect(errors.length).toBeGreaterThan(2);
    for (let k = 1; k < errors.length; k++) expect(errors[k]).toBeLessThan(1.1 * errors[k - 1]!);
    expect(errors.at(-1)).toBeLessThan(0.75 * errors[0]!);
  });

  test('a single pixel is in its inverse tone curve: nothing is left for layers', async () => {
    const picture = scene(1, 1);
    const file = await encode(picture, { quality: 80 }, parts);
    expect(layered(file).layers).toEqual([]);
    expect(pqError(picture, await decode(file, {}, parts))).toBeLessThan(1e-5);
  });

  test('a file cut in any layer is the picture of those before it', async () => {
    const file = await encode(scene(64, 48), { quality: 80 }, parts);
    const { layers } = layered(file);
    for (const [k, { offset, length }] of layers.entries()) {
      const wanted = await decode(file, { layers: k }, parts);
      for (const end of [offset, offset + (length >> 1), offset + length - 1])
        expect((await decode(file.subarray(0, end), {}, parts)).data).toEqual(wanted.data);
    }
    const { offset, length } = layers.at(-1)!;
    const whole = await decode(file.subarray(0, offset + length), {}, parts);
    expect(whole.data).toEqual((await decode(file, {}, parts)).data);
  });

  test('one layer is about as good as four: the last step is the same', async () => {
    const picture = scene(64, 48);
    const [one, four] = await Promise.all(
      [1, 4].map(async (layers) =>
        pqError(picture, await decode(await encode(picture, { layers, quality: 80 }, parts), {}, parts)),
      ),
    );
    expect(one! / four!).toBeGreaterThan(0.97);
    expect(one! / four!).toBeLessThan(1.03);
  });

  test("black has nothing to say, and a photographer's JPEG of any table is refined", async () => {
    const black = { ...scene(20, 20), data: new Float32Array(1200) };
    const dark = await decode(await encode(black, {}, parts), {}, parts);
    expect(pqError(black, dark)).toBeLessThan(1e-3);

    const picture = scene(40, 24);
    const baseJpeg = await parts.jpeg.encode(
      { width: 40, height: 24, data: new Uint8Array(40 * 24 * 3).map((_, i) => i % 251) },
      { quality: 90, chroma: '4:4:4' },
    );
    const file = await encode(picture, { baseJpeg, quality: 90 }, parts);
    const base = pqError(picture, await decode(file, { layers: 0 }, parts));
    expect(pqError(picture, await decode(file, {}, parts))).toBeLessThan(0.3 * base);
  });

  test('without the network the base is shown as it is', async () => {
    const file = await encode(scene(40, 24), { quality: 60 }, parts);
    const plain = await decode(file, { layers: 0, post: false }, { ...parts, networks: null });
    expect(plain.data).toEqual((await decode(file, { layers: 0, post: false }, parts)).data);
  });
});

describe('quality', () => {
  const picture = synthetic(96, 64);
  const found: { bytes: number; error: number }[] = [];
  beforeAll(async () => {
    for (const quality of [20, 50, 80, 95]) {
      const file = await encode(picture, { quality }, parts);
      found.push({ bytes: file.length, error: pqError(picture, await decode(file, {}, parts)) });
    }
  });

  test('more of it takes more bytes', () => {
    for (let i = 1; i < 4; i++) expect(found[i]!.bytes).toBeGreaterThan(found[i - 1]!.bytes);
  });

  test('and leaves less error', () => {
    for (let i = 1; i < 4; i++) expect(found[i]!.error).toBeLessThan(found[i - 1]!.error);
    expect(found[3]!.error).toBeLessThan(0.005);
  });
});

test('damage behind a checksum that holds gives some picture', async () => {
  const original = await encode(scene(33, 20), { quality: 80 }, parts);
  const next = random(7);
  for (let run = 0; run < 12; run++) {
    const file = Uint8Array.from(original);
    const layout = layered(file);
    const { offset, length } = layout.headerBox;
    const box = Buffer.from(file.buffer, offset, length);
    for (const [k, layer] of layout.layers.entries()) {
      const data = file.subarray(layer.offset, layer.offset + layer.length);
      for (let n = 0; n < 5; n++) data[Math.floor(next() * data.length)] = Math.floor(next() * 256);
      const old = Buffer.alloc(4);
      old.writeUInt32BE(layout.header.layers[k]!.crc32 >>> 0);
      box.writeInt32BE(CRC32.buf(data), box.indexOf(old));
    }
    box.writeInt32BE(CRC32.buf(box.subarray(0, length - 4)), length - 4);
    const back = await decode(file, {}, parts);
    expect(back.data).toHaveLength(3 * 33 * 20);
    expect(back.data.every((value) => Number.isFinite(value) && value >= 0)).toBe(true);
  }
});
