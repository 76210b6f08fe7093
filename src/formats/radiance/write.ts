import type { HdrPicture } from '../../codec/picture.ts';
import { CHROMATICITIES } from '../chromaticities.ts';
import { RLE_WIDTH } from './read.ts';

/** A run shorter than this costs more bytes than it saves (Radiance's color.c). */
const MIN_RUN = 4;
const MAX_RUN = 127;
const MAX_LITERAL = 128;

/** A Radiance RGBE file, run-length encoded where the format allows it; the samples are rounded to 8-bit mantissas. */
export function writeRadiance({ width, height, data, primaries }: HdrPicture): Uint8Array {
  const colours = primaries === 'bt709' ? '' : `PRIMARIES=${CHROMATICITIES[primaries].join(' ')}\n`;
  const header = `#?RADIANCE\n${colours}FORMAT=32-bit_rle_rgbe\n\n-Y ${height} +X ${width}\n`;
  const parts: Uint8Array[] = [new TextEncoder().encode(header)];
  const rle = width >= RLE_WIDTH.min && width <= RLE_WIDTH.max;
  for (let y = 0; y < height; y++) {
    const planes = toRgbe(data.subarray(y * width * 3, (y + 1) * width * 3), width);
    parts.push(rle ? encodeScanline(planes, width) : interleave(planes, width));
  }
  const bytes = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
}

/** One row as four planes of `width` bytes: R, G, B, exponent. The exponent is the least whose mantissas fit a byte. */
function toRgbe(row: Float32Array, width: number): Uint8Array {
  const planes = new Uint8Array(width * 4);
  for (let x = 0; x < width; x++) {
    const peak = Math.max(row[x * 3]!, row[x * 3 + 1]!, row[x * 3 + 2]!);
    if (!(peak > 2 ** -128)) continue;
    let exponent = Math.max(-127, Math.floor(Math.log2(peak)) + 1);
    if (Math.round(peak * 2 ** (8 - exponent)) > 255) exponent++;
    exponent = Math.min(127, exponent);
    for (let c = 0; c < 3; c++) {
      const mantissa = Math.round(row[x * 3 + c]! * 2 ** (8 - exponent));
      planes[c * width + x] = Math.min(255, Math.max(0, mantissa));
    }
    planes[3 * width + x] = exponent + 128;
  }
  return planes;
}

function interleave(planes: Uint8Array, width: number): Uint8Array {
  const out = new Uint8Array(planes.length);
  for (let x = 0; x < width; x++) for (let c = 0; c < 4; c++) out[x * 4 + c] = planes[c * width + x]!;
  return out;
}

function encodeScanline(planes: Uint8Array, width: number): Uint8Array {
  const out = [2, 2, width >> 8, width & 0xff];
  for (let c = 0; c < 4; c++) encodeRuns(planes.subarray(c * width, (c + 1) * width), out);
  return Uint8Array.from(out);
}

function encodeRuns(samples: Uint8Array, out: number[]): void {
  const runAt = (from: number): number => {
    let to = from + 1;
    while (to < samples.length && to - from < MAX_RUN && samples[to] === samples[from]) to++;
    return to - from;
  };
  for (let x = 0; x < samples.length;) {
    const run = runAt(x);
    if (run >= MIN_RUN) {
      out.push(128 + run, samples[x]!);
      x += run;
      continue;
    }
    let end = x + run;
    while (end < samples.length && end - x < MAX_LITERAL) {
      const next = runAt(end);
      if (next >= MIN_RUN) break;
      end = Math.min(end + next, x + MAX_LITERAL);
    }
    out.push(end - x, ...samples.subarray(x, end));
    x = end;
  }
}
