import type { HdrPicture } from '../../codec/picture.ts';
import { applyMatrix, matrixFromXyz, resolveChromaticities } from '../chromaticities.ts';
import { damaged } from '../errors.ts';
import type { Format } from '../format.ts';
import { checkSize } from '../limits.ts';
import { cleanSamples } from '../samples.ts';
import { turn } from '../../codec/turn.ts';
import { turnedSize } from '../../container/index.ts';
import { parseRadianceHeader } from './header.ts';

/** Scanlines of other lengths are never run-length encoded component by component (Radiance's color.c). */
export const RLE_WIDTH = { min: 8, max: 0x7fff } as const;

export const radiance: Format<'hdr'> = {
  kind: 'hdr',
  name: 'Radiance',
  hdr: true,

  sniff: (bytes) => bytes[0] === 0x23 && bytes[1] === 0x3f,

  readHeader: parseRadianceHeader,

  probe(bytes) {
    const { width, height } = parseRadianceHeader(bytes);
    return { width, height, hdr: true, headroom: null };
  },

  // By hand and not by three's HDRLoader, which takes the end of a truncated file for black, divides mantissas by
  // 255 in place of 256, and leaves EXPOSURE to its caller.
  read(bytes, limits): HdrPicture {
    const { orientation, xyz, divisor, chromaticities, offset, ...shown } = parseRadianceHeader(bytes);
    checkSize(shown, limits);
    const { width, height } = turnedSize(shown, orientation);
    if (bytes.length - offset < height * leastBytes(bytes, offset, width))
      throw damaged('the Radiance file ends before its pixels do');

    const data = new Float32Array(width * height * 3);
    const scanline = new Uint8Array(width * 4);
    let at = offset;
    for (let y = 0; y < height; y++) {
      at = readScanline(bytes, at, width, scanline);
      toLinear(scanline, divisor, data.subarray(y * width * 3, (y + 1) * width * 3));
    }
    const colours = xyz ? XYZ_COLOURS : chromaticities && resolveChromaticities(chromaticities);
    if (colours?.matrix) applyMatrix(data, colours.matrix);
    const primaries = colours?.primaries ?? 'bt709';
    return turn(
      { width, height, data: cleanSamples(data, width), primaries, nitsPerUnit: null },
      orientation,
    );
  },
};

/** XYZE's white is that of equal energy (Radiance's color.c); primaries that hold what cameras see. */
const XYZ_COLOURS = { primaries: 'bt2020', matrix: matrixFromXyz(1 / 3, 1 / 3, 'bt2020') } as const;

const isRunLength = (bytes: Uint8Array, at: number, width: number): boolean =>
  width >= RLE_WIDTH.min &&
  width <= RLE_WIDTH.max &&
  bytes[at] === 2 &&
  bytes[at + 1] === 2 &&
  bytes[at + 2]! < 128;

/** The least bytes of a scanline, judged by the first: 2 bytes for 127 samples, or one old pixel and its run. */
const leastBytes = (bytes: Uint8Array, at: number, width: number): number =>
  isRunLength(bytes, at, width) ? 4 + 4 * 2 * Math.ceil(width / 127) : 4;

/** Reads one scanline into `out` (R, G, B, exponent of every pixel); answers the offset after it. */
function readScanline(bytes: Uint8Array, at: number, width: number, out: Uint8Array): number {
  if (!isRunLength(bytes, at, width)) return readOldScanline(bytes, at, width, out);
  if (((bytes[at + 2]! << 8) | bytes[at + 3]!) !== width)
    throw damaged('a Radiance scanline has another length than the header says');
  at += 4;
  for (let component = 0; component < 4; component++) {
    for (let x = 0; x < width;) {
      const code = bytes[at++];
      const repeated = code !== undefined && code > 128;
      const count = repeated ? code - 128 : code;
      if (!count || x + count > width || at + (repeated ? 1 : count) > bytes.length)
        throw damaged('a Radiance scanline is damaged or cut off');
      for (let i = 0; i < count; i++, x++) out[x * 4 + component] = bytes[repeated ? at : at + i]!;
      at += repeated ? 1 : count;
    }
  }
  return at;
}

/** Pixels one after another; 1 1 1 n repeats the last one n times, and times 256 for each such code before it. */
function readOldScanline(bytes: Uint8Array, at: number, width: number, out: Uint8Array): number {
  let shift = 0;
  for (let x = 0; x < width; at += 4) {
    if (at + 4 > bytes.length) throw damaged('the Radiance file ends before its pixels do');
    if (bytes[at] === 1 && bytes[at + 1] === 1 && bytes[at + 2] === 1) {
      const count = bytes[at + 3]! << shift;
      if (x === 0 || shift > 16 || x + count > width)
        throw damaged('a Radiance scanline has a run that does not fit');
      for (let i = 0; i < count; i++, x++) out.copyWithin(x * 4, x * 4 - 4, x * 4);
      shift += 8;
    } else {
      for (let i = 0; i < 4; i++) out[x * 4 + i] = bytes[at + i]!;
      x++;
      shift = 0;
    }
  }
  return at;
}

/** mantissa / 256 × 2^(exponent − 128); the exponent 0 means black. */
function toLinear(scanline: Uint8Array, divisor: readonly [number, number, number], out: Float32Array): void {
  for (let from = 0, to = 0; to < out.length; from += 4, to += 3) {
    const exponent = scanline[from + 3]!;
    if (exponent === 0) continue;
    const scale = 2 ** (exponent - 136);
    for (let c = 0; c < 3; c++) out[to + c] = (scanline[from + c]! * scale) / divisor[c]!;
  }
}
