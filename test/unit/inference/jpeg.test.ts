import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import sharp from 'sharp';
import { describe, expect, test } from 'vitest';
import { nodeJpegCoder } from '../../../src/inference/jpeg-node.ts';
import { wasmJpegDecoder } from '../../../src/inference/jpeg-web.ts';

const wasm = await readFile(
  createRequire(import.meta.url).resolve('@cornerstonejs/codec-libjpeg-turbo-8bit/decodewasm'),
);
const node = nodeJpegCoder();
const web = await wasmJpegDecoder({ wasm });

/** Noise, edges and gradients, the same for every run. */
function testPicture(width: number, height: number, channels: number): Uint8Array {
  let state = 1;
  return Uint8Array.from({ length: width * height * channels }, (_, i) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return (i >> 5) % 3 === 0 ? state >>> 24 : (i * 5) & 255;
  });
}

/** sharp's decoder is libjpeg-turbo too, native and with SIMD. */
async function expectBitEqual(jpeg: Uint8Array): Promise<void> {
  const native = await sharp(jpeg, { ignoreIcc: true, failOn: 'warning' })
    .toColourspace('srgb')
    .raw()
    .toBuffer();
  for (const decoder of [node, web]) {
    const { width, height, data } = await decoder.decode(jpeg);
    expect(data).toHaveLength(width * height * 3);
    expect(Buffer.compare(native, data)).toBe(0);
  }
}

const vector = (name: string) =>
  readFile(new URL(`../../vectors/jpeg/${name}.jpg`, import.meta.url)).then((bytes) => new Uint8Array(bytes));

const SIZES = [
  [1, 1],
  [2, 1],
  [1, 3],
  [3, 3],
  [17, 31],
  [16, 16],
  [65, 8],
  [130, 67],
] as const;
const QUALITIES = [5, 30, 60, 75, 85, 95, 100];

describe('decodes to the same bits as libjpeg-turbo does natively', () => {
  test.each(['4:2:0', '4:4:4', 'grey'] as const)('%s, baseline and progressive', async (sampling) => {
    const channels = sampling === 'grey' ? 1 : 3;
    for (const [width, height] of SIZES) {
      for (const quality of QUALITIES) {
        for (const progressive of [false, true]) {
          const picture = sharp(testPicture(width, height, channels), { raw: { width, height, channels } });
          if (channels === 1) picture.toColourspace('b-w');
          const chromaSubsampling = channels === 1 ? '4:2:0' : sampling;
          await expectBitEqual(await picture.jpeg({ quality, chromaSubsampling, progressive }).toBuffer());
        }
      }
    }
  });

  test('what the origin itself writes', async () => {
    const picture = { width: 45, height: 71, data: testPicture(45, 71, 3) };
    for (const chroma of ['4:2:0', '4:4:4'] as const) {
      await expectBitEqual(await node.encode(picture, { quality: 80, chroma }));
    }
  });

  test.each(['422', '422-progressive', '440', '411', '420-restart', 'rgb', 'arithmetic'])(
    'what cjpeg writes: %s',
    async (name) => {
      await expectBitEqual(await vector(name));
    },
  );
});

test('an embedded profile and an EXIF orientation are not applied', async () => {
  const plain = sharp(testPicture(24, 10, 3), { raw: { width: 24, height: 10, channels: 3 } });
  const jpeg = await plain.clone().jpeg().toBuffer();
  const tagged = await plain.clone().withMetadata({ orientation: 6 }).withIccProfile('p3').jpeg().toBuffer();
  const [expected, found] = await Promise.all([
    node.decode(jpeg),
    node.decode(await withMetadataOf(tagged, jpeg)),
  ]);
  expect(found).toEqual(expected);
});

/** The APPn segments of one JPEG in front of the picture of another. */
async function withMetadataOf(tagged: Uint8Array, jpeg: Uint8Array): Promise<Uint8Array> {
  const { jpegSegments } = await import('../../../src/container/index.ts');
  const parts = [...jpegSegments(tagged)]
    .filter(({ marker }) => marker >= 0xe1 && marker <= 0xef)
    .map(({ data }) => tagged.subarray(data.offset - 4, data.offset + data.length));
  expect(parts.length).toBeGreaterThan(1);
  return Buffer.concat([jpeg.subarray(0, 2), ...parts, jpeg.subarray(2)]);
}

describe('refuses by name', () => {
  test('a truncated JPEG, at any byte', async () => {
    const jpeg = await vector('422');
    for (let end = 0; end < jpeg.length - 2; end += 37) {
      await expect(web.decode(jpeg.subarray(0, end))).rejects.toMatchObject({ code: 'jpeg_damaged' });
    }
  });

  test('bytes that are no JPEG, and goes on working after them', async () => {
    await expect(web.decode(testPicture(100, 1, 1))).rejects.toMatchObject({ code: 'jpeg_damaged' });
    const whole = await vector('422');
    const damaged = Buffer.concat([whole.subarray(0, 1000), whole.subarray(1200)]);
    await expect(web.decode(damaged)).rejects.toMatchObject({ code: 'jpeg_damaged' });
    await expectBitEqual(await vector('420-restart'));
  });

  test('CMYK', async () => {
    const pixels = sharp(testPicture(8, 8, 4), { raw: { width: 8, height: 8, channels: 4 } });
    const jpeg = await pixels.removeAlpha().toColourspace('cmyk').jpeg().toBuffer();
    await expect(web.decode(jpeg)).rejects.toMatchObject({ code: 'jpeg_components' });
  });

  test('a sampling that TurboJPEG does not know', async () => {
    await expect(web.decode(await vector('420-uneven'))).rejects.toMatchObject({ code: 'jpeg_sampling' });
  });
});

test('a JPEG of more pixels than are allowed', async () => {
  const options = { maxPixels: 1000 };
  const jpeg = await vector('422');
  const refusal = { code: 'jpeg_too_large' };
  await expect(nodeJpegCoder(options).decode(jpeg)).rejects.toMatchObject(refusal);
  await expect((await wasmJpegDecoder({ wasm, ...options })).decode(jpeg)).rejects.toMatchObject(refusal);
});
