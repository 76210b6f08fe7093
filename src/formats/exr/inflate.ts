import { inflateSync } from 'node:zlib';
import { damaged } from '../errors.ts';

/** zlib data of a known size: what would inflate to more is stopped there, and its checksum is verified. */
export function inflate(bytes: Uint8Array, length: number): Uint8Array {
  let out: Uint8Array;
  try {
    out = inflateSync(bytes, { maxOutputLength: Math.max(1, length) });
  } catch (error) {
    throw damaged('a block of the OpenEXR file is damaged: its zlib data cannot be read', error);
  }
  if (out.length !== length)
    throw damaged('a block of the OpenEXR file is damaged: its zlib data is too short');
  return out;
}

/** Undoes what OpenEXR does before zlib and run lengths: differences of bytes, even bytes first and then odd ones. */
export function undoPredictor(source: Uint8Array): Uint8Array {
  const out = new Uint8Array(source.length);
  const half = (source.length + 1) >> 1;
  let previous = 128;
  for (let i = 0; i < source.length; i++) {
    previous = (previous + source[i]! - 128) & 0xff;
    out[i < half ? 2 * i : 2 * (i - half) + 1] = previous;
  }
  return out;
}

/** OpenEXR's run lengths: a negative count and that many bytes, or a count and one byte to be repeated once more than it says. */
export function undoRunLengths(bytes: Uint8Array, length: number): Uint8Array {
  const out = new Uint8Array(length);
  let to = 0;
  for (let at = 0; at < bytes.length;) {
    const code = (bytes[at++]! << 24) >> 24;
    const count = code < 0 ? -code : code + 1;
    const used = code < 0 ? count : 1;
    if (to + count > length || at + used > bytes.length) break;
    if (code < 0) out.set(bytes.subarray(at, at + count), to);
    else out.fill(bytes[at]!, to, to + count);
    at += used;
    to += count;
  }
  if (to !== length) throw damaged('a block of the OpenEXR file is damaged: its run lengths do not fit');
  return out;
}
