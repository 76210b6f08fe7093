import { readdirSync, readFileSync } from 'node:fs';
import sharp from 'sharp';
import { write } from '../../src/formats/index.ts';
import { appleExif, appleJpeg, EVEN_GAINS, gainMapAvif, isoJpeg } from '../unit/formats/gain-map-files.ts';
import { buildExr, dwaVersion1 } from '../unit/formats/exr-builder.ts';
import { buildTiff } from '../unit/formats/tiff-builder.ts';

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
  return [
    ...files,
    { name: 'ramp.pfm', bytes },
    ...(await sdrFiles()),
    ...(await hdrFiles()),
    ...(await rareFiles()),
  ];
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
  const tmap = await gainMapAvif(EVEN_GAINS);
  return [
    await ultraHdrFile(),
    { name: 'iso.ultrahdr', bytes: await isoJpeg(EVEN_GAINS) },
    { name: 'apple.ultrahdr', bytes: await appleJpeg(appleExif(1.2, 0.5)) },
    { name: 'tmap.avif', bytes: tmap },
    { name: 'hidden-tmap.avif', bytes: hidden(tmap) },
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

/** What few writers write, and readers have a branch for. */
async function rareFiles(): Promise<CorpusFile[]> {
  const channels = ['AO.B', 'AO.G', 'AO.R', 'Combined.B', 'Combined.G', 'Combined.R'].map((name) => ({
    name: `View.${name}`,
    type: 'half' as const,
    sample: () => 0x3c00,
  }));
  const dataWindow = { xMin: 0, yMin: 0, xMax: 3, yMax: 2 };
  const uv = [81, 192];
  const logLuv = Uint8Array.from([68, 0, ...uv, 64, 0, ...uv].flatMap((byte) => [0x80, byte]));
  const dwa = new Uint8Array(readFileSync(new URL('dwaa-half.exr', FIXTURES)));
  const still = await sharp({ create: { width: 8, height: 8, channels: 3, background: '#864' } })
    .avif()
    .toBuffer();
  const sequence = Uint8Array.from(still);
  sequence.set(Buffer.from('avis'), 8);
  const noStill = '\0\0\0\x10ftypavis\0\0\0\0\0\0\0\x08moov';
  const floats = new Uint8Array(new Float32Array(12).fill(1.5).buffer);
  return [
    { name: 'layers.exr', bytes: buildExr({ channels, dataWindow }) },
    { name: 'dwa-version-1.exr', bytes: dwaVersion1(dwa) },
    { name: 'logluv.tif', bytes: buildTiff({ 258: 16, 259: 34_676, 262: 32_845, 339: 2 }, logLuv) },
    { name: 'big.tif', bytes: buildTiff({ 258: 32, 339: 3 }, floats, { big: true }) },
    { name: 'big-endian-big.tif', bytes: buildTiff({}, new Uint8Array(12), { big: true, bigEndian: true }) },
    { name: 'sequence.avif', bytes: sequence },
    { name: 'sequence-alone.avif', bytes: Buffer.from(noStill, 'latin1') },
  ];
}

/** The same file whose tone-map item says that it is not to be shown. */
function hidden(avif: Uint8Array): Uint8Array {
  const copy = Buffer.from(avif);
  const entry = copy.lastIndexOf('infe', copy.indexOf('tmap', copy.indexOf('iinf')));
  copy[entry + 7]! |= 1;
  return copy;
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
