import { inflateSync } from 'node:zlib';
import { damaged, FormatError } from '../errors.ts';
import type { TiffHeader } from './header.ts';
import { lzw } from './lzw.ts';

const COMPRESSIONS: Readonly<Record<number, (bytes: Uint8Array, length: number) => Uint8Array>> = {
  1: plain,
  5: lzw,
  8: inflate,
  32946: inflate,
  32773: packBits,
};

/** @throws FormatError `unsupported_feature` */
export function checkCompression({ compression, predictor }: TiffHeader): void {
  if (!COMPRESSIONS[compression])
    throw new FormatError(
      'unsupported_feature',
      `TIFF files of floating point are read uncompressed and in LZW, Deflate and PackBits, not in compression ${compression}`,
    );
  if (predictor < 1 || predictor > 3)
    throw new FormatError('unsupported_feature', `the TIFF predictor ${predictor} is not known here`);
}

/**
 * Samples of one strip or tile, most significant byte first or last as the file has them.
 *
 * @param width   samples of a row
 * @param apart   samples from one to that of the same channel in the next pixel
 */
export function decodeBlock(
  bytes: Uint8Array,
  { compression, predictor, bits, littleEndian }: TiffHeader,
  { width, rows, apart }: { readonly width: number; readonly rows: number; readonly apart: number },
): { readonly data: DataView; readonly littleEndian: boolean } {
  const size = bits / 8;
  const length = width * rows * size;
  const data = COMPRESSIONS[compression]!(bytes, length);
  const view = new DataView(data.buffer, data.byteOffset, length);
  if (predictor === 2) {
    for (let row = 0; row < rows; row++) undoDifferences(view, row * width, width, apart, size, littleEndian);
    return { data: view, littleEndian };
  }
  if (predictor !== 3) return { data: view, littleEndian };
  const out = new Uint8Array(length);
  const stride = width * size;
  for (let row = 0; row < rows; row++)
    undoFloatDifferences(
      data.subarray(row * stride, (row + 1) * stride),
      out.subarray(row * stride),
      apart,
      size,
    );
  return { data: new DataView(out.buffer), littleEndian: false };
}

/** Horizontal differences of whole samples (section 14); they wrap. */
function undoDifferences(
  view: DataView,
  from: number,
  width: number,
  apart: number,
  size: number,
  littleEndian: boolean,
): void {
  for (let i = from + apart; i < from + width; i++) {
    if (size === 2) {
      const sum = view.getUint16(2 * i, littleEndian) + view.getUint16(2 * (i - apart), littleEndian);
      view.setUint16(2 * i, sum & 0xffff, littleEndian);
    } else if (size === 4) {
      const sum = view.getUint32(4 * i, littleEndian) + view.getUint32(4 * (i - apart), littleEndian);
      view.setUint32(4 * i, sum >>> 0, littleEndian);
    }
  }
}

/** Technical note 3: the bytes of a row by significance, the highest first, as differences. */
function undoFloatDifferences(row: Uint8Array, out: Uint8Array, apart: number, size: number): void {
  const width = row.length / size;
  const sums = Uint8Array.from(row);
  for (let i = apart; i < sums.length; i++) sums[i] = sums[i]! + sums[i - apart]!;
  for (let i = 0; i < width; i++) for (let b = 0; b < size; b++) out[i * size + b] = sums[b * width + i]!;
}

function plain(bytes: Uint8Array, length: number): Uint8Array {
  if (bytes.length < length) throw damaged('the TIFF ends before its pixels do');
  // Differences are undone in place.
  return Uint8Array.from(bytes.subarray(0, length));
}

function inflate(bytes: Uint8Array, length: number): Uint8Array {
  try {
    const out = inflateSync(bytes, { maxOutputLength: length });
    if (out.length === length) return out;
  } catch (error) {
    throw damaged('zlib data of the TIFF cannot be read', error);
  }
  throw damaged('zlib data of the TIFF are too short');
}

/** Section 9: n literal bytes and one more, or one byte that is repeated; −128 is nothing. */
function packBits(bytes: Uint8Array, length: number): Uint8Array {
  const out = new Uint8Array(length);
  let to = 0;
  for (let at = 0; at < bytes.length && to < length;) {
    const code = (bytes[at++]! << 24) >> 24;
    if (code === -128) continue;
    const count = Math.min(Math.abs(code) + 1, length - to);
    if (code < 0) out.fill(bytes[at++] ?? 0, to, to + count);
    else {
      out.set(bytes.subarray(at, at + count), to);
      at += count;
    }
    to += count;
  }
  if (to < length) throw damaged('PackBits data of the TIFF are too short');
  return out;
}
