import { readdirSync, readFileSync } from 'node:fs';
import sharp, { type Sharp } from 'sharp';
import { beforeAll, describe, expect, it } from 'vitest';
import { luminance } from '../../src/codec/luminance.ts';
import { toBt709 } from '../../src/codec/primaries.ts';
import { probe, probeFile, read, sniff, type SourcePicture } from '../../src/formats/index.ts';

const FOLDER = new URL('../../../shared/data/uploads/', import.meta.url);
const file = (name: string): Uint8Array => readFileSync(new URL(name, FOLDER));

interface Facts {
  readonly kind: string;
  readonly size: readonly [width: number, height: number];
  readonly primaries: string;
  /** Stops: of a gain map as exiftool shows them, else log2 of the file's content light level (`clli`) over 203 cd/m². */
  readonly headroom: number | null;
  /** How far the brightest channel of a pixel may be from that. */
  readonly within?: number;
}

/** By exiftool, by a dump of the boxes, and by the eye; none of it by the readers under test. */
const HDR: Record<string, Facts> = {
  'libavif-apple_gainmap_new.jpg': {
    kind: 'ultrahdr',
    size: [384, 512],
    primaries: 'display-p3',
    headroom: Math.log2(4.532783),
    within: 1,
  },
  'libavif-colors_hdr_rec2020.avif': {
    kind: 'avif',
    size: [200, 200],
    primaries: 'bt2020',
    headroom: Math.log2(470 / 203),
    within: 0.1,
  },
  // Says no light level.
  'libavif-cosmos-p3-pq-10bit.avif': {
    kind: 'avif',
    size: [1024, 428],
    primaries: 'display-p3',
    headroom: null,
  },
  'libavif-seine_hdr_gainmap_srgb.avif': {
    kind: 'avif',
    size: [400, 300],
    primaries: 'bt709',
    headroom: Math.log2(707 / 203),
    within: 0.1,
  },
  'libavif-seine_hdr_rec2020.avif': {
    kind: 'avif',
    size: [400, 300],
    primaries: 'bt2020',
    headroom: Math.log2(703 / 203),
    within: 0.1,
  },
  'libavif-seine_sdr_gainmap_srgb.jpg': {
    kind: 'ultrahdr',
    size: [400, 300],
    primaries: 'bt709',
    headroom: 1.3,
    within: 0.1,
  },
  'ultrahdr-android-night-highrise.jpg': {
    kind: 'ultrahdr',
    size: [3072, 4080],
    primaries: 'display-p3',
    headroom: 3.022012,
    within: 0.05,
  },
  'ultrahdr-pixel6pro.jpg': {
    kind: 'ultrahdr',
    size: [4080, 3072],
    primaries: 'display-p3',
    headroom: 2.057993,
    within: 0.1,
  },
};

const SDR: Record<string, Pick<Facts, 'kind' | 'size'>> = {
  'libavif-colors_text_sdr_srgb.avif': { kind: 'avif', size: [200, 200] },
  'libultrahdr-plain-sdr.jpg': { kind: 'jpeg', size: [320, 240] },
};

const peak = (data: Float32Array): number => data.reduce((most, value) => Math.max(most, value), 0);

describe('uploads', () => {
  it('has facts for every file', () => {
    expect(Object.keys({ ...HDR, ...SDR }).sort()).toEqual(readdirSync(FOLDER).sort());
  });

  it.each(Object.entries(HDR))('%s is HDR', async (name, { kind, size, primaries, headroom, within }) => {
    const bytes = file(name);
    const [width, height] = size;
    expect(sniff(bytes)).toBe(kind);
    const probed = probe(bytes);
    expect(probed).toMatchObject({ kind, width, height, hdr: true });
    if (headroom === null) expect(probed.headroom).toBeNull();
    else expect(probed.headroom).toBeCloseTo(headroom, 3);
    const { data, ...rest } = await read(bytes);
    expect(rest).toEqual({ width, height, hdr: true, primaries, nitsPerUnit: 203 });
    expect(peak(data)).toBeGreaterThan(1.5);
    if (headroom !== null) expect(Math.abs(Math.log2(peak(data)) - headroom)).toBeLessThan(within!);
  });

  it.each(Object.entries(SDR))('%s is SDR', async (name, { kind, size }) => {
    const [width, height] = size;
    expect(probe(file(name))).toEqual({ kind, width, height, hdr: false, headroom: null });
    const { data, ...rest } = await read(file(name));
    expect(rest).toEqual({ width, height, hdr: false, primaries: 'bt709', nitsPerUnit: 203 });
    expect(peak(data)).toBeLessThanOrEqual(1);
  });

  // Its Exif, profile and XMP before the frame are 76 kB, and none of them has the size.
  it.each(Object.keys({ ...HDR, ...SDR }).filter((name) => !name.includes('seine_sdr')))(
    '%s is known by its first 64 kB, but for the headroom of a map behind them',
    (name) => {
      const { headroom, ...known } = probe(file(name));
      const { headroom: early, ...beginning } = probe(file(name).subarray(0, 65_536));
      expect(beginning).toMatchObject(known);
      expect([null, headroom]).toContain(early);
    },
  );

  it.each(Object.keys({ ...HDR, ...SDR }))(
    '%s is known by a few pieces of it, headroom and all',
    async (name) => {
      const bytes = file(name);
      let count = 0;
      const found = await probeFile((offset, length) => {
        count += 1;
        return Promise.resolve(bytes.subarray(offset, offset + length));
      });
      expect(found).toEqual(probe(bytes));
      // A phone's depth map in its metadata takes up to 512 kB.
      expect(count).toBeLessThanOrEqual(5);
    },
  );
});

describe('one scene in three files', () => {
  const nits = async (name: string): Promise<Float32Array> =>
    luminance(toBt709(await read(file(name))).data).map((y) => 203 * y);
  let pq: Float32Array;
  beforeAll(async () => {
    pq = await nits('libavif-seine_hdr_rec2020.avif');
  });

  it.each([
    ['libavif-seine_hdr_gainmap_srgb.avif', 0.1],
    ['libavif-seine_sdr_gainmap_srgb.jpg', 0.2],
  ])('%s has the light of the PQ file', async (name, spread) => {
    const ratios = (await nits(name)).map((y, i) => y / pq[i]!).sort();
    const at = (share: number): number => ratios[Math.floor(share * ratios.length)]!;
    expect(at(0.5)).toBeCloseTo(1, 2);
    expect(at(0.9) - at(0.1)).toBeLessThan(spread);
  });
});

// libvips brings no primaries with it and reads maps of three channels through sRGB's curve: comparable are the base's own
// primaries, and maps of one channel. Of Apple's map, and of lists in XMP, it knows nothing.
describe('libultrahdr, by sharp', () => {
  it.each(['ultrahdr-android-night-highrise.jpg', 'ultrahdr-pixel6pro.jpg'])(
    '%s agrees within 1 %% of luminance in 99 %% of pixels',
    async (name) => {
      const ours: SourcePicture = await read(file(name));
      // Its types do not know yet what it does.
      const image = sharp(file(name)) as Sharp & { withGainMap(): Sharp };
      const { data } = await image
        .withGainMap()
        .toColourspace('scrgb')
        .raw({ depth: 'float' })
        .toBuffer({ resolveWithObject: true });
      const theirs = luminance(new Float32Array(data.buffer, data.byteOffset, data.length / 4));
      const off = luminance(ours.data).reduce(
        (count, y, i) => count + (Math.abs(y - theirs[i]!) > 0.01 * theirs[i]! + 1e-6 ? 1 : 0),
        0,
      );
      expect(off / theirs.length).toBeLessThan(0.01);
    },
  );
});
