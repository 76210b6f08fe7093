import sharp from 'sharp';
import { beforeAll, describe, expect, it } from 'vitest';
import { announcingBase, mapOf } from '../../../../src/browser/ultra-hdr/assemble.ts';
import { encodeRgbJpeg } from '../../../../src/browser/ultra-hdr/rgb-jpeg.ts';
import { ultraHdrJpeg } from '../../../../src/browser/ultra-hdr/ultra-hdr-jpeg.ts';
import { encode, type PqPicture } from '../../../../src/codec/index.ts';
import { pqEncode } from '../../../../src/codec/pq.ts';
import { srgbDecode } from '../../../../src/codec/srgb.ts';
import { cut } from '../../../../src/container/index.ts';
import { read } from '../../../../src/formats/index.ts';
import { gainAt, OFFSET, pairOf, rangeOf } from '../../../../src/gain-map/gains.ts';
import { nodeJpegCoder } from '../../../../src/inference/jpeg-node.ts';
import { QualityReference } from '../../../../src/metrics/index.ts';
import { scanOf } from '../../../browser/scan.ts';

const coder = nodeJpegCoder();
/** Not a multiple of 8 on either side. */
const [width, height] = [203, 117];
const WHITE = 203;

/** Waves of three colours with grain, and a lamp of 20 times white. */
function waves(): Float32Array {
  let state = 11;
  return Float32Array.from({ length: width * height * 3 }, (_, i) => {
    const [x, y, c] = [Math.floor(i / 3) % width, Math.floor(i / 3 / width), i % 3];
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    const grain = 0.85 + (0.3 * state) / 2 ** 32;
    const lamp = 20 * Math.exp(-(((x - 140) / 22) ** 2) - ((y - 40) / 18) ** 2);
    return grain * (lamp + 0.4 + 0.35 * Math.sin((x + 20 * c) / 17) * Math.cos(y / (11 + 3 * c)));
  });
}

let base: Uint8Array;
let light: Float32Array;
let pq: PqPicture;
let made: Uint8Array<ArrayBuffer>;
beforeAll(async () => {
  light = waves();
  const picture = { width, height, data: light, primaries: 'bt709', nitsPerUnit: WHITE } as const;
  base = cut(await encode(picture, { quality: 70, layers: 0 }, { networks: null, jpeg: coder }), {
    hdr: '0',
  });
  pq = { width, height, primaries: 'bt709', data: light.map((value) => pqEncode(value * WHITE)) };
  made = await ultraHdrJpeg(base, pq, Math.log2(21), coder);
});

/** Light that eight bits of gain allow, whatever codes them: rounded in the map's own range and nowhere else. */
async function allowed(): Promise<Float32Array> {
  const decoded = await coder.decode(base);
  const pair = pairOf(decoded, light, 1);
  const { min, max } = rangeOf(pair);
  const scale = 255 / (max - min);
  return light.map((_, i) => {
    const code = Math.round(Math.min(Math.max((gainAt(pair, i) - min) * scale, 0), 255));
    return WHITE * ((srgbDecode(decoded.data[i]! / 255) + OFFSET) * 2 ** (min + code / scale) - OFFSET);
  });
}

describe('the Ultra HDR JPEG of a decoded picture', () => {
  it('keeps what the base is coded in, and every segment of it', () => {
    expect(scanOf(made)).toEqual(scanOf(base));
    expect(Buffer.from(made).includes(Buffer.from(base.subarray(2)))).toBe(true);
  });

  it('is as near to the picture as eight bits allow', async () => {
    const reference = new QualityReference(
      light.map((value) => value * WHITE),
      width,
      height,
    );
    const bound = reference.compare(await allowed());
    const ours = reference.compare((await read(made)).data.map((value) => value * WHITE));
    expect(bound.puPsnrY).toBeGreaterThan(45);
    expect(ours.puPsnrY).toBeGreaterThan(bound.puPsnrY - 0.5);
    expect(ours.puPsnrRgb).toBeGreaterThan(55);
    expect(ours.deItp).toBeLessThan(0.5);
  });

  it('has a map of full size that sharp finds', async () => {
    const { gainMap, width: found } = await sharp(made).metadata();
    expect(found).toBe(width);
    const map = await sharp(gainMap!.image).metadata();
    expect([map.width, map.height, map.channels]).toEqual([width, height, 3]);
  });
});

describe('a base that announces a map of which only the greatest size is known', () => {
  it('is followed by the map and zeros, and then is that picture', async () => {
    const map = mapOf(made);
    const bytes = map.length + 12_345;
    const file = new Uint8Array([...announcingBase(base, bytes), ...map, ...new Uint8Array(12_345)]);
    expect((await read(file)).data).toEqual((await read(made)).data);
  });

  it('is its picture alone', async () => {
    const alone = announcingBase(base, 50_000);
    const pixels = (jpeg: Uint8Array): Promise<Buffer> => sharp(jpeg).raw().toBuffer();
    expect(await pixels(alone)).toEqual(await pixels(base));
  });
});

describe('a JPEG of red, green and blue', () => {
  it('is decoded to within a code value or two of what it was made of', async () => {
    const planes = [0, 1, 2].map((c) =>
      Float32Array.from({ length: 30 * 20 }, (_, i) => ((i * (7 + c)) % 251) + 0.4),
    );
    const [red, green, blue] = planes as [Float32Array, Float32Array, Float32Array];
    const jpeg = encodeRgbJpeg({ width: 30, height: 20, red, green, blue });
    const { data } = await coder.decode(jpeg);
    data.forEach((value, i) => {
      expect(Math.abs(value - planes[i % 3]![Math.floor(i / 3)]!)).toBeLessThan(2.5);
    });
  });
});
