import { extractGainmapFromJPEG, extractISO, extractXMP } from '@monogrid/gainmap-js';
import sharp from 'sharp';
import { beforeAll, describe, expect, it } from 'vitest';
import { encode } from '../../../src/codec/index.ts';
import { announcementPlace, cut, jpegSegments } from '../../../src/container/index.ts';
import { read } from '../../../src/formats/index.ts';
import {
  announcementOf,
  gainMapMaker,
  gainMapPart,
  makeGainMap,
  type GainMapMetadata,
} from '../../../src/gain-map/index.ts';
import { nodeJpegCoder } from '../../../src/inference/jpeg-node.ts';
import { QualityReference } from '../../../src/metrics/index.ts';

const jpeg = nodeJpegCoder();
const [width, height] = [96, 64];
/** Waves of three colours, a lamp of 4,000 cd/m², and a corner without light; 1.0 is 100 cd/m². */
const data = Float32Array.from({ length: width * height * 3 }, (_, i) => {
  const [x, y, c] = [Math.floor(i / 3) % width, Math.floor(i / 3 / width), i % 3];
  if (x < 12 && y < 12) return 0;
  return Math.hypot(x - 70, y - 20) < 6 ? 40 : 0.5 + 0.45 * Math.sin((x + 9 * c) / 6) * Math.cos(y / (5 + c));
});
const picture = { width, height, data, primaries: 'bt709', nitsPerUnit: 100 } as const;
const measure = new QualityReference(
  data.map((light) => light * 100),
  width,
  height,
);

async function ultraHdrOf(quality: number): Promise<{ file: Uint8Array; ultraHdr: Uint8Array }> {
  const options = { layers: 0, quality, gainMap: gainMapMaker(jpeg) };
  const file = await encode(picture, options, { networks: null, jpeg });
  return { file, ultraHdr: cut(file, { hdr: 'gainmap' }) };
}

let file: Uint8Array;
let ultraHdr: Uint8Array;
beforeAll(async () => {
  ({ file, ultraHdr } = await ultraHdrOf(85));
});

describe('the gain-map representation', () => {
  it('leads from the base to the picture, the better the higher its quality', async () => {
    const qualities = await Promise.all(
      [30, 60, 85, 100].map(async (quality) => {
        const { data: light } = await read((await ultraHdrOf(quality)).ultraHdr);
        return measure.compare(light.map((value) => value * 203));
      }),
    );
    const [coarse, , , best] = qualities.map(({ puPsnrY }) => puPsnrY);
    expect(coarse).toBeGreaterThan(30);
    expect(best).toBeGreaterThan(50);
    expect(qualities.map(({ deItp }) => deItp)).toEqual(
      qualities.map(({ deItp }) => deItp).toSorted((a, b) => b - a),
    );
  });

  it('leaves every other representation without a word of a map', () => {
    const sdr = Buffer.from(cut(file, { hdr: '0' }));
    for (const word of ['hdrgm', 'urn:iso:std:iso:ts:21496', 'MPF\0']) {
      expect(sdr.includes(word)).toBe(false);
      expect(Buffer.from(ultraHdr).includes(word)).toBe(true);
    }
  });

  it('has one meaning for readers of XMP and of ISO 21496-1', async () => {
    const [xmp, iso] = [extractXMP(ultraHdr), extractISO(ultraHdr)];
    expect(xmp).toBeDefined();
    expect(iso).toBeDefined();
    for (const name of [
      'gainMapMin',
      'gainMapMax',
      'gamma',
      'offsetSdr',
      'offsetHdr',
      'hdrCapacityMin',
      'hdrCapacityMax',
    ] as const) {
      const [a, b] = [xmp![name], iso![name]].map((value) => [value].flat());
      a!.forEach((value, i) => {
        expect(value).toBeCloseTo(b![i] ?? b![0]!, 6);
      });
    }
    expect(xmp!.hdrCapacityMax).toBeCloseTo(Math.log2(4000 / 203), 1);
    const { sdr, gainMap } = await extractGainmapFromJPEG(Uint8Array.from(ultraHdr));
    expect((await sharp(await bytesOf(sdr)).metadata()).width).toBe(width);
    expect((await sharp(await bytesOf(gainMap)).metadata()).width).toBe(width);
  });

  it('is Ultra HDR to libultrahdr, whose map is ours to the byte', async () => {
    const { gainMap } = await sharp(ultraHdr).metadata();
    const at = Buffer.from(ultraHdr).lastIndexOf(Buffer.from('ffd8ffe0', 'hex'));
    expect(Buffer.compare(gainMap!.image, ultraHdr.subarray(at))).toBe(0);
  });

  it('counts its bytes right in the Multi-Picture index and in GContainer', () => {
    const bytes = Buffer.from(ultraHdr);
    const header = bytes.indexOf('MPF\0') + 4;
    const entries = header + bytes.readUInt32BE(header + 10 + 24 + 8);
    expect(bytes.readUInt32BE(entries)).toBe(0x03_00_00);
    const [primary, map] = [bytes.readUInt32BE(entries + 4), bytes.readUInt32BE(entries + 20)];
    expect(primary + map).toBe(bytes.length);
    expect(header + bytes.readUInt32BE(entries + 24)).toBe(primary);
    expect([...bytes.subarray(primary - 2, primary + 2)]).toEqual([0xff, 0xd9, 0xff, 0xd8]);
    expect(bytes.toString('latin1')).toContain(`Item:Length="${map}"`);
  });

  it('begins with what JFIF wants first, and both of its pictures are sound', () => {
    for (const at of [0, Buffer.from(ultraHdr).lastIndexOf(Buffer.from('ffd8ffe0', 'hex'))]) {
      const markers = Array.from(jpegSegments(ultraHdr, at), ({ marker }) => marker);
      expect(markers.slice(0, 4)).toEqual([0xd8, 0xe0, 0xe1, 0xe2]);
      expect(markers.at(-1)).toBe(0xd9);
    }
  });
});

describe('a gain map', () => {
  const base = { width: 16, height: 16, data: new Uint8Array(16 * 16 * 3).fill(128) };

  it('of a picture that is its base is one of gains of 1', async () => {
    const light = new Float32Array(base.data.length).fill(((128 / 255 + 0.055) / 1.055) ** 2.4);
    const options = { white: 1, headroom: 0, quality: 90 };
    const { jpeg: map, metadata } = await makeGainMap(base, light, options, jpeg);
    expect(metadata.capacityMax).toBeGreaterThan(0);
    const { data: codes } = await jpeg.decode(map);
    for (const code of codes) {
      const stops = metadata.min[0] + (code / 255) * (metadata.max[0] - metadata.min[0]);
      expect(Math.abs(stops)).toBeLessThan(0.01);
    }
  });

  it('of light without measure, or none at all, keeps to sound metadata', async () => {
    for (const extreme of [0, 1e30]) {
      const light = new Float32Array(base.data.length).fill(extreme);
      const { metadata } = await makeGainMap(base, light, { white: 1, headroom: 5, quality: 80 }, jpeg);
      expect(metadata.max[0]).toBeGreaterThan(metadata.min[0]);
      expect(Math.max(...metadata.min.map(Math.abs), ...metadata.max.map(Math.abs))).toBeLessThanOrEqual(16);
    }
  });

  it('says three ranges where it has three', async () => {
    const solid = await sharp({ create: { ...base, channels: 3, background: '#808080' } })
      .jpeg()
      .toBuffer();
    const at = announcementPlace(solid);
    const metadata: GainMapMetadata = {
      min: [-1, -0.5, 0],
      max: [1, 2, 3.25],
      gamma: [1, 1.5, 2],
      offsetSdr: [0.25, 0.125, 0],
      offsetHdr: [0, 0, 0],
      capacityMin: 0.5,
      capacityMax: 3,
    };
    const part = gainMapPart(solid, at, { jpeg: solid, metadata });
    const announced = announcementOf(solid, at, part.length - part.lastIndexOf(0xd8) + 1);
    const whole = Buffer.concat([
      solid.subarray(0, at),
      part.subarray(0, announced.length),
      solid.subarray(at),
      part.subarray(announced.length),
    ]);
    for (const found of [extractXMP(whole), extractISO(whole)]) {
      expect(found).toMatchObject({ gainMapMin: [-1, -0.5, 0], gainMapMax: [1, 2, 3.25] });
      expect(found).toMatchObject({ gamma: [1, 1.5, 2], offsetSdr: [0.25, 0.125, 0] });
      expect(found).toMatchObject({ hdrCapacityMin: 0.5, hdrCapacityMax: 3 });
    }
  });
});

async function bytesOf(part: Uint8Array | Blob): Promise<Uint8Array> {
  return part instanceof Uint8Array ? part : new Uint8Array(await part.arrayBuffer());
}
