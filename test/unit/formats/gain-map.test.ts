import { describe, expect, it } from 'vitest';
import { srgbDecode } from '../../../src/codec/srgb.ts';
import { readIsoMetadata } from '../../../src/formats/gain-map/iso21496.ts';
import { probe, read, sniff } from '../../../src/formats/index.ts';
import { writeIsoMetadata } from '../../../src/gain-map/iso21496.ts';
import { metadataOf } from '../../../src/gain-map/metadata.ts';
import {
  appleExif,
  appleJpeg,
  gainMapAvif,
  GREY,
  isoJpeg,
  SIZE,
  type IsoMetadata,
} from './gain-map-files.ts';

const LIGHT = srgbDecode(GREY / 255);
const LEFT = 0;
const RIGHT = SIZE.width - 1;

const one = (min: number, max: number, gamma = 1): IsoMetadata['channels'][0] => [
  [min * 4, 4],
  [max * 4, 4],
  [gamma * 100, 100],
  [1, 64],
  [1, 64],
];
const headrooms = [
  [0, 1],
  [3, 1],
] as const;
/** ISO 21496-1's formula, with the offsets of `one`. */
const gained = (stops: number): number => (LIGHT + 1 / 64) * 2 ** stops - 1 / 64;

describe('ISO 21496-1', () => {
  it.each([
    ['JPEG', isoJpeg, 'ultrahdr'],
    ['AVIF', gainMapAvif, 'avif'],
  ])('%s: one channel for all', async (_, make, kind) => {
    const bytes = await make({ headrooms, channels: [one(-1, 3)] });
    expect(sniff(bytes)).toBe(kind);
    expect(probe(bytes)).toEqual({ kind, ...SIZE, hdr: true, headroom: 3 });
    const { data, ...rest } = await read(bytes);
    expect(rest).toEqual({ ...SIZE, hdr: true, primaries: 'bt709', nitsPerUnit: 203 });
    expect(data[3 * LEFT]! / gained(-1)).toBeCloseTo(1, 1);
    expect(data[3 * RIGHT]! / gained(3)).toBeCloseTo(1, 1);
  });

  it.each([
    ['JPEG', isoJpeg],
    ['AVIF', gainMapAvif],
  ])('%s: a range for each channel', async (_, make) => {
    const { data } = await read(await make({ headrooms, channels: [one(0, 1), one(0, 2), one(-2, 3)] }));
    [1, 2, 3].forEach((stops, c) => {
      expect(data[3 * RIGHT + c]! / gained(stops)).toBeCloseTo(1, 1);
    });
    expect(data[2]! / gained(-2)).toBeCloseTo(1, 1);
  });

  it('reads the drafts’ single denominator', async () => {
    // The denominator, two headrooms, then min, max, gamma and offsets: eight numbers, in pairs here.
    const numbers: [number, number][] = [
      [100, 0],
      [300, -100],
      [300, 100],
      [0, 0],
    ];
    const { data } = await read(await isoJpeg({ flags: 0x48, headrooms: [], channels: [numbers] }));
    expect(data[3 * LEFT]! / (LIGHT / 2)).toBeCloseTo(1, 1);
    expect(data[3 * RIGHT]! / (LIGHT * 8)).toBeCloseTo(1, 1);
  });

  it.each([1 / 64, 10.308957, 300.25, 65_536])(
    'is written so that an offset of %d is read again',
    (offset) => {
      const channels = [offset, -offset, 0] as const;
      const metadata = {
        ...metadataOf({ min: -1, max: 2 }, 3),
        offsetSdr: channels,
        offsetHdr: channels,
        capacityMax: 16,
      };
      const read = readIsoMetadata(writeIsoMetadata(metadata));
      channels.forEach((value, c) => {
        expect(read.offsetSdr[c]).toBeCloseTo(value, 4);
        expect(read.offsetHdr[c]).toBeCloseTo(value, 4);
      });
      expect(read).toMatchObject({ capacityMax: 16, baseIsHdr: false });
    },
  );

  it('takes a base of more headroom than the other for the HDR picture', async () => {
    const bytes = await gainMapAvif({ headrooms: [headrooms[1], headrooms[0]], channels: [one(0, 3)] });
    const { data } = await read(bytes);
    for (const x of [LEFT, RIGHT]) expect(data[3 * x]! / LIGHT).toBeCloseTo(1, 2);
  });

  it.each([
    [
      'a version that asks for more',
      { minimumVersion: 1, headrooms, channels: [one(0, 3)] },
      'unsupported_feature',
    ],
    ['a gamma of 0', { headrooms, channels: [one(0, 3, 0)] }, 'damaged'],
    [
      'a denominator of 0',
      {
        headrooms,
        channels: [
          [
            [0, 0],
            [1, 0],
            [1, 1],
            [0, 1],
            [0, 1],
          ],
        ],
      },
      'damaged',
    ],
    ['metadata that end too soon', { headrooms, channels: [[[0, 1]]] }, 'damaged'],
  ] as const)('refuses %s', async (_, metadata, code) => {
    for (const make of [isoJpeg, gainMapAvif])
      await expect(make(metadata as never).then((bytes) => read(bytes))).rejects.toMatchObject({ code });
  });
});

describe('Apple’s gain map', () => {
  // "Applying Apple HDR effect to your photos": the four branches of its formula.
  it.each([
    [0.5, 0.005, -20 * 0.005 + 1.8],
    [0.5, 0.5, -0.101 * 0.5 + 1.601],
    [1.2, 0.005, -70 * 0.005 + 3],
    [1.2, 0.5, -0.303 * 0.5 + 2.303],
  ])('by the notes of the camera: headroom %d, gain %d', async (headroom, gain, stops) => {
    const bytes = await appleJpeg(appleExif(headroom, gain));
    expect(sniff(bytes)).toBe('ultrahdr');
    expect(probe(bytes).headroom).toBeCloseTo(stops, 4);
    const { data, hdr } = await read(bytes);
    expect(hdr).toBe(true);
    expect(data[3 * LEFT]! / LIGHT).toBeCloseTo(1, 1);
    expect(data[3 * RIGHT]! / LIGHT / 2 ** stops).toBeCloseTo(1, 1);
  });

  it('by its own XMP, where that says the headroom', async () => {
    const { data } = await read(await appleJpeg(appleExif(1.2, 0.5), 4.5));
    expect(data[3 * RIGHT]! / LIGHT / 4.5).toBeCloseTo(1, 1);
  });

  it('is known by the notes where the bytes end before the map', async () => {
    const bytes = await appleJpeg(appleExif(1.2, 0.5));
    expect(probe(bytes.subarray(0, 400))).toMatchObject({ kind: 'ultrahdr', hdr: true });
  });
});
