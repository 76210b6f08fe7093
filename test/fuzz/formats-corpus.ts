import { readdirSync, readFileSync } from 'node:fs';
import sharp from 'sharp';
import { write } from '../../src/formats/index.ts';
import {
  appleExif,
  appleJpeg,
  gainMapAvif,
  isoJpeg,
  type IsoMetadata,
} from '../unit/formats/gain-map-files.ts';

const FIXTURES = new URL('../unit/formats/fixtures/', import.meta.url);
const FINDINGS = new URL('../unit/formats/corpus/', import.meta.url);

export interface CorpusFile {
  readonly name: string;
  readonly bytes: Uint8Array;
}

/** Small files of every kind that is read, and what fuzzing has found. */
export async function formatsCorpus(): Promise<CorpusFile[]> {
  const files = [...filesOf(FIXTURES), ...filesOf(FINDINGS)];
  const data = Float32Array.from({ length: 12 * 9 * 3 }, (_, i) => i / 7);
  const bytes = await write({ width: 12, height: 9, data, primaries: 'bt709', nitsPerUnit: null }, 'pfm');
  return [...files, { name: 'ramp.pfm', bytes }, ...(await sdrFiles()), ...(await hdrFiles())];
}

function filesOf(folder: URL): CorpusFile[] {
  return readdirSync(folder)
    .filter((name) => !name.endsWith('.md'))
    .sort()
    .map((name) => ({ name, bytes: new Uint8Array(readFileSync(new URL(name, folder))) }));
}

async function hdrFiles(): Promise<CorpusFile[]> {
  const picture = {
    width: 8,
    height: 6,
    data: new Float32Array(8 * 6 * 3).fill(2),
    primaries: 'bt2020',
  } as const;
  const metadata: IsoMetadata = {
    headrooms: [
      [0, 1],
      [3, 1],
    ],
    channels: [
      [
        [0, 1],
        [3, 1],
        [1, 1],
        [1, 64],
        [1, 64],
      ],
    ],
  };
  return [
    await ultraHdrFile(),
    { name: 'iso.ultrahdr', bytes: await isoJpeg(metadata) },
    { name: 'apple.ultrahdr', bytes: await appleJpeg(appleExif(1.2, 0.5)) },
    { name: 'tmap.avif', bytes: await gainMapAvif(metadata) },
    { name: 'pq.png', bytes: await write({ ...picture, nitsPerUnit: 203 }, 'png') },
  ];
}

function sdrFiles(): Promise<CorpusFile[]> {
  const raw = { width: 24, height: 17, channels: 4 } as const;
  const pixels = Uint8Array.from({ length: 24 * 17 * 4 }, (_, i) => (i * i) % 251);
  return Promise.all(
    (['jpeg', 'png', 'webp', 'avif'] as const).map(async (kind) => {
      const bytes = await sharp(pixels, { raw }).withMetadata({ orientation: 6 })[kind]().toBuffer();
      return { name: `noise.${kind}`, bytes: new Uint8Array(bytes) };
    }),
  );
}

/** Two JPEGs, each with the XMP packet that announces or describes a gain map. */
async function ultraHdrFile(): Promise<CorpusFile> {
  const grey = { create: { width: 16, height: 8, channels: 3 as const, background: '#777' } };
  const jpeg = await sharp(grey).jpeg().toBuffer();
  const xmp =
    'http://ns.adobe.com/xap/1.0/\0<x xmlns:hdrgm="http://ns.adobe.com/hdr-gain-map/1.0/" hdrgm:GainMapMax="3.5" hdrgm:Gamma="0.8"/>';
  const segment = Buffer.concat([Buffer.from([0xff, 0xe1, 0, xmp.length + 2]), Buffer.from(xmp)]);
  const described = [jpeg.subarray(0, 2), segment, jpeg.subarray(2)];
  return { name: 'grey.ultrahdr', bytes: new Uint8Array(Buffer.concat([...described, ...described])) };
}
