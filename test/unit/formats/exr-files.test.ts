import { FloatType } from 'three';
import { EXRLoader } from 'three/examples/jsm/loaders/EXRLoader.js';
import { describe, expect, it } from 'vitest';
import type { HdrPicture } from '../../../src/codec/picture.ts';
import { read, sniff } from '../../../src/formats/index.ts';
import { FIXTURE, fixture, fixtureSample, panorama, picture } from './pictures.ts';

/** What three's loader makes of a file, top row first, as an oracle for sound files. */
function byThree(bytes: Uint8Array): HdrPicture {
  const loader = new EXRLoader();
  loader.type = FloatType;
  const { width, height, data } = loader.parse(
    bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length) as ArrayBuffer,
  ) as { width: number; height: number; data: Float32Array };
  return picture(width, height, (x, y, c) => Math.max(0, data[((height - 1 - y) * width + x) * 4 + c]!));
}

const closeness = (found: HdrPicture, wanted: HdrPicture): number =>
  found.data.reduce((worst, value, i) => Math.max(worst, Math.abs(value / wanted.data[i]! - 1)), 0);

describe('files by other writers', () => {
  const files: [name: string, tolerance: number][] = [
    ['rle-half', 5e-4],
    ['zips-half', 5e-4],
    ['zip-half', 5e-4],
    ['zip-float', 0],
    ['piz-half', 5e-4],
    ['pxr24-half', 5e-4],
    ['pxr24-float', 1e-4],
    ['b44-half', 0.2],
    ['b44-float', 0],
    ['b44a-half', 0.2],
    ['dwaa-half', 0.25],
    ['dwaa-float', 0.25],
    ['dwab-half', 0.25],
    ['tiled-zip-half', 5e-4],
    ['mipmap-piz-half', 5e-4],
  ];
  const wanted = picture(FIXTURE.width, FIXTURE.height, fixtureSample);

  it.each(files)('%s', async (name, tolerance) => {
    const bytes = fixture(`${name}.exr`);
    expect(sniff(bytes)).toBe('exr');
    const found = await read(bytes);
    expect([found.width, found.height, found.primaries, found.nitsPerUnit]).toEqual([19, 37, 'bt709', null]);
    expect(closeness(found, wanted)).toBeLessThanOrEqual(tolerance);
    expect(found.data).toEqual(byThree(bytes).data);
  });

  it.each(['piz-float-flat', 'b44a-half-flat'])('%s', async (name) => {
    const bytes = fixture(`${name}.exr`);
    const found = await read(bytes);
    expect(found.data.slice(0, 3)).toEqual(Float32Array.of(1.5, 1.5, 1.5));
    expect(found.data).toEqual(byThree(bytes).data);
  });

  it('reads the full-size level of a ripmap', async () => {
    const found = await read(fixture('ripmap-zip-half.exr'));
    expect(found.data).toEqual((await read(fixture('zip-half.exr'))).data);
  });

  it('reads a grey picture as three equal channels', async () => {
    const found = await read(fixture('grey-piz-half.exr'));
    expect(
      closeness(
        found,
        picture(19, 37, (x, y) => fixtureSample(x, y, 1)),
      ),
    ).toBeLessThan(5e-4);
  });

  it('reads the first picture of many parts', async () => {
    const found = await read(fixture('multipart-piz-dwaa.exr'));
    expect(found.data).toEqual((await read(fixture('grey-piz-half.exr'))).data);
  });

  it.each(['venice', 'sunset', 'lab', 'esplanade'] as const)('reads the panorama %s', async (name) => {
    const bytes = await panorama(name);
    const found = await read(bytes);
    expect(found.data).toEqual(byThree(bytes).data);
    expect(Math.max(...found.data.subarray(0, 30_000))).toBeGreaterThan(0);
  });
});
