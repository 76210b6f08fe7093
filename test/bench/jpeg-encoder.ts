/**
 * Our JPEG encoder beside mozjpeg with the same flat tables: bytes at equal PSNR of luma, and speed.
 *
 *   node test/bench/jpeg-encoder.ts [FILE…] [--lambda 0.08,0.12,0.16]     prints a Markdown table
 *
 * FILE: HDR pictures, two that come with `npm ci` where none is named. They are tone-mapped as for a base layer.
 */
import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { parseArgs } from 'node:util';
import sharp from 'sharp';
import { DEFAULT_LAMBDA, encodeJpeg, type JpegPlanes } from '../../src/codec/jpeg/index.ts';
import { guessNitsPerUnit, luminance } from '../../src/codec/luminance.ts';
import type { SdrPicture } from '../../src/codec/picture.ts';
import { pqPlanes } from '../../src/codec/pq.ts';
import { applyToneCurve, maiToneCurve } from '../../src/codec/tmo-mai.ts';
import { read } from '../../src/formats/index.ts';
import { readSample, SAMPLES } from '../../src/local/samples.ts';
import { bdRate, type RatePoint } from '../../src/metrics/index.ts';

const QUALITIES = [40, 60, 75, 85, 93];
const PICTURES = ['venice.exr', 'sunset.exr'];

async function main(): Promise<void> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { lambda: { type: 'string', default: String(DEFAULT_LAMBDA) } },
  });
  const files =
    positionals.length > 0
      ? positionals.map((path) => ({ name: basename(path), bytes: () => readFile(path) }))
      : SAMPLES.filter(({ key }) => PICTURES.includes(key)).map((s) => ({
          name: s.key,
          bytes: () => readSample(s),
        }));
  console.log(
    '| picture | lambda | BD-rate Y | BD-rate RGB | MP/s of CPU time | mozjpeg, MP/s |\n|---|---|---|---|---|---|',
  );
  for (const { name, bytes } of files) {
    const picture = await toneMapped(await bytes());
    const planes = ycc420(picture);
    const mozjpeg = await curve(picture, (quality) => encodeMozjpeg(picture, quality));
    for (const lambda of values.lambda.split(',').map(Number)) {
      const ours = await curve(picture, (quality) => {
        const table = new Uint8Array(64).fill(flatStep(quality));
        return encodeJpeg(planes, { lumaTable: table, chromaTable: table, lambda });
      });
      const rates = [bdRate(mozjpeg.luma, ours.luma), bdRate(mozjpeg.rgb, ours.rgb)].map(percent);
      const speeds = [ours.speed, mozjpeg.speed].map((speed) => speed.toFixed(2));
      console.log(`| ${[name, lambda, ...rates, ...speeds].join(' | ')} |`);
    }
  }
}

async function toneMapped(file: Uint8Array): Promise<SdrPicture> {
  const { width, height, data, nitsPerUnit } = await read(file);
  const pq = pqPlanes(data, nitsPerUnit ?? guessNitsPerUnit(luminance(data)));
  return applyToneCurve(pq, maiToneCurve(pq), width, height);
}

/** libjpeg's scale of qualities over a table of 16s, mozjpeg's table 1. */
function flatStep(quality: number): number {
  const scale = quality < 50 ? 5000 / quality : 200 - 2 * quality;
  return Math.min(255, Math.max(1, Math.round((16 * scale) / 100)));
}

async function encodeMozjpeg({ width, height, data }: SdrPicture, quality: number): Promise<Uint8Array> {
  return sharp(data, { raw: { width, height, channels: 3 } })
    .jpeg({ quality, mozjpeg: true, quantisationTable: 1, chromaSubsampling: '4:2:0' })
    .toBuffer();
}

/** ITU-T T.871, clause 7; chroma is the mean of 2×2 pixels, the last column and row repeated. */
function ycc420({ width, height, data }: SdrPicture): JpegPlanes {
  const y = new Float32Array(width * height);
  const wide = Math.ceil(width / 2);
  const cb = new Float32Array(wide * Math.ceil(height / 2));
  const cr = new Float32Array(cb.length);
  for (let i = 0; i < y.length; i++) y[i] = luma(data, i);
  for (let row = 0; row < 2 * Math.ceil(height / 2); row++) {
    for (let column = 0; column < 2 * wide; column++) {
      const i = Math.min(row, height - 1) * width + Math.min(column, width - 1);
      const at = (row >> 1) * wide + (column >> 1);
      cb[at]! += (128 + (data[3 * i + 2]! - y[i]!) / 1.772) / 4;
      cr[at]! += (128 + (data[3 * i]! - y[i]!) / 1.402) / 4;
    }
  }
  return { width, height, y, cb, cr, subsampling: '4:2:0' };
}

function luma(rgb: Uint8Array, i: number): number {
  return 0.299 * rgb[3 * i]! + 0.587 * rgb[3 * i + 1]! + 0.114 * rgb[3 * i + 2]!;
}

interface EncoderCurve {
  readonly luma: RatePoint[];
  readonly rgb: RatePoint[];
  /** Megapixels per second of processor time, which other programs on the machine do not change. */
  readonly speed: number;
}

async function curve(
  picture: SdrPicture,
  encode: (quality: number) => Uint8Array | Promise<Uint8Array>,
): Promise<EncoderCurve> {
  const pixels = picture.width * picture.height;
  const points: EncoderCurve = { luma: [], rgb: [], speed: 0 };
  let microseconds = 0;
  // Once unmeasured, so that compiling the encoder is not counted.
  await encode(QUALITIES[0]!);
  for (const quality of QUALITIES) {
    const start = process.cpuUsage();
    const jpeg = await encode(quality);
    const { user, system } = process.cpuUsage(start);
    microseconds += user + system;
    const decoded = await sharp(jpeg).raw().toBuffer();
    let lumaSquares = 0;
    let rgbSquares = 0;
    for (let i = 0; i < pixels; i++) lumaSquares += (luma(decoded, i) - luma(picture.data, i)) ** 2;
    for (let i = 0; i < 3 * pixels; i++) rgbSquares += (decoded[i]! - picture.data[i]!) ** 2;
    points.luma.push({ rate: jpeg.length, quality: decibel(lumaSquares / pixels) });
    points.rgb.push({ rate: jpeg.length, quality: decibel(rgbSquares / (3 * pixels)) });
  }
  return { ...points, speed: (QUALITIES.length * pixels) / microseconds };
}

const decibel = (meanSquare: number): number => 10 * Math.log10(255 ** 2 / meanSquare);

const percent = (share: number | null): string => (share === null ? '–' : `${share.toFixed(2)} %`);

await main();
