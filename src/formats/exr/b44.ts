import { planesToRows, type Block } from './block.ts';
import { ByteReader } from './byte-reader.ts';
import { halfValues, toHalf } from './half.ts';
import { PIXEL_TYPES } from './header.ts';

/** From this value of its third byte on a block is flat: three bytes stand for all 16 samples. */
const FLAT = 13 << 2;

/** B44 and B44A: half floats in blocks of 4 × 4, a first value and 15 differences of 6 bits; other types as they are (ImfB44Compressor.cpp). */
export function decodeB44(bytes: Uint8Array, block: Block): Uint8Array {
  const reader = new ByteReader(bytes, 'a B44 block of the OpenEXR file');
  const planes = new Uint8Array(block.bytes);
  const samples = new Uint16Array(16);
  let start = 0;
  for (const { width, height, bytes, type, pLinear } of block.channels) {
    const size = width * height * bytes;
    if (type !== PIXEL_TYPES.half) planes.set(reader.take(size), start);
    else
      for (let y = 0; y < height; y += 4)
        for (let x = 0; x < width; x += 4) {
          unpack(reader, samples);
          if (pLinear) toLogarithm(samples);
          for (let dy = 0; dy < 4 && y + dy < height; dy++)
            for (let dx = 0; dx < 4 && x + dx < width; dx++) {
              const to = start + ((y + dy) * width + x + dx) * 2;
              planes[to] = samples[dy * 4 + dx]!;
              planes[to + 1] = samples[dy * 4 + dx]! >> 8;
            }
        }
    start += size;
  }
  return planesToRows(planes, block);
}

/** Reads 16 half floats. Column 0 is predicted from above, the other columns from the left; all of column 0 comes first. */
function unpack(reader: ByteReader, out: Uint16Array): void {
  const [high, low, third] = reader.take(3) as unknown as [number, number, number];
  const first = (high << 8) | low;
  out.fill(toHalfBits(first));
  if (third >= FLAT) return;

  const shift = third >> 2;
  const packed = reader.take(11);
  const ordered = new Uint16Array(16);
  ordered[0] = first;
  // 90 bits: the last two of the third byte, then 88.
  let bits = third & 3;
  let held = 2;
  let at = 0;
  for (let column = 0; column < 4; column++)
    for (let row = 0; row < 4; row++) {
      if (column === 0 && row === 0) continue;
      while (held < 6) {
        bits = ((bits << 8) | packed[at++]!) & 0xffff;
        held += 8;
      }
      held -= 6;
      const difference = (((bits >> held) & 63) << shift) - (32 << shift);
      const index = row * 4 + column;
      ordered[index] = ordered[column === 0 ? index - 4 : index - 1]! + difference;
    }
  for (let i = 0; i < 16; i++) out[i] = toHalfBits(ordered[i]!);
}

/** From integers in the order of the values back to sign and magnitude. */
const toHalfBits = (ordered: number): number => (ordered & 0x8000 ? ordered & 0x7fff : ~ordered & 0xffff);

/** Channels that are perceptually linear are coded as exp(x / 8). */
function toLogarithm(samples: Uint16Array): void {
  const values = halfValues();
  for (let i = 0; i < 16; i++) {
    const value = values[samples[i]!]!;
    samples[i] = value > 0 && value < Infinity ? toHalf(8 * Math.log(value)) : 0;
  }
}
