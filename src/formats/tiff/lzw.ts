import { damaged } from '../errors.ts';

const CLEAR = 256;
const END = 257;
const FIRST = 258;
const MOST_CODES = 4096;

/**
 * TIFF's LZW (TIFF 6.0, section 13): codes of 9 to 12 bits, the highest bit first, each length left one code early.
 *
 * @param length bytes that are wanted; what comes after them is not read
 */
export function lzw(bytes: Uint8Array, length: number): Uint8Array {
  const out = new Uint8Array(length);
  // Each code is the string of another and one byte more: where that string last stood in `out`, and how long it is.
  const starts = new Uint32Array(MOST_CODES);
  const lengths = new Uint16Array(MOST_CODES);
  let next = FIRST;
  let width = 9;
  let buffer = 0;
  let held = 0;
  let at = 0;
  let to = 0;
  let previous = -1;
  while (to < length) {
    while (held < width) {
      if (at >= bytes.length) throw damaged('LZW data of the TIFF end too soon');
      buffer = ((buffer << 8) | bytes[at++]!) & 0xffffff;
      held += 8;
    }
    held -= width;
    const code = (buffer >> held) & ((1 << width) - 1);
    if (code === END) break;
    if (code === CLEAR) {
      next = FIRST;
      width = 9;
      previous = -1;
      continue;
    }
    if (code > next || (code === next && previous < 0))
      throw damaged('LZW data of the TIFF have a code that is none');
    const start = to;
    if (code < CLEAR) out[to++] = code;
    else if (previous < 0) throw damaged('LZW data of the TIFF begin with a code that is none yet');
    else {
      // The newest code may be that of the string which is being written: it overlaps itself.
      const count = code === next ? start - previous + 1 : lengths[code]!;
      const from = code === next ? previous : starts[code]!;
      for (let i = 0; i < count && to < length; i++) out[to++] = out[from + i]!;
    }
    if (previous >= 0 && next < MOST_CODES) {
      starts[next] = previous;
      lengths[next++] = start - previous + 1;
    }
    previous = start;
    if (next >= (1 << width) - 1 && width < 12) width++;
  }
  if (to < length) throw damaged('LZW data of the TIFF are too short');
  return out;
}
