import { damaged } from '../errors.ts';
import { ByteReader } from './byte-reader.ts';

// OpenEXR's Huffman code of 16-bit values (ImfHuf.cpp), which PIZ and DWA share. Codes are canonical: longer ones are
// the smaller numbers, so that at every length the codes are one interval and what lies below it goes on.

/** 65,536 values and one symbol for runs. */
const SYMBOLS = 65_537;
const MAX_LENGTH = 58;
/** Codes up to this length are looked up at once. */
const LOOKUP_BITS = 12;
const SHORT_RUN = 59;
const LONG_RUN = 63;
const SHORTEST_LONG_RUN = 2 + LONG_RUN - SHORT_RUN;

interface HuffmanCode {
  /** First code of every length, and how many codes it has. */
  readonly first: Float64Array;
  readonly count: Uint32Array;
  /** Where each length's symbols begin in `symbols`. */
  readonly start: Uint32Array;
  readonly symbols: Uint32Array;
  /** By the next LOOKUP_BITS bits: symbol × 16 + length of its code; 0 where the code is longer. */
  readonly lookup: Uint32Array;
}

/** @returns `length` 16-bit values @throws FormatError `damaged` */
export function decodeHuffman(bytes: Uint8Array, length: number): Uint16Array {
  const reader = new ByteReader(bytes, 'a Huffman table of the OpenEXR file');
  const firstSymbol = reader.uint32();
  const runSymbol = reader.uint32();
  reader.uint32();
  const bits = reader.uint32();
  reader.uint32();
  if (firstSymbol > runSymbol || runSymbol >= SYMBOLS)
    throw damaged('a Huffman table of the OpenEXR file is damaged');
  const code = buildCode(readLengths(reader, runSymbol - firstSymbol + 1), firstSymbol);
  if (bits > reader.left * 8) throw damaged('Huffman data of the OpenEXR file is cut off');
  return decodeSymbols(code, runSymbol, reader.take(reader.left), bits, length);
}

/** Code lengths of `count` symbols, 6 bits each, with runs of symbols that have no code. */
function readLengths(reader: ByteReader, count: number): Uint8Array {
  const lengths = new Uint8Array(count);
  let bits = 0;
  let held = 0;
  const take = (wanted: number): number => {
    while (held < wanted) {
      bits = ((bits << 8) | reader.uint8()) & 0xffff;
      held += 8;
    }
    held -= wanted;
    return (bits >> held) & ((1 << wanted) - 1);
  };
  for (let i = 0; i < count;) {
    const length = take(6);
    if (length < SHORT_RUN) {
      lengths[i++] = length;
      continue;
    }
    i += length === LONG_RUN ? take(8) + SHORTEST_LONG_RUN : length - SHORT_RUN + 2;
    if (i > count) throw damaged('a Huffman table of the OpenEXR file is damaged');
  }
  return lengths;
}

/** @param firstSymbol that `lengths` begins with; so that the work is bounded by the table's bytes, not by all symbols */
function buildCode(lengths: Uint8Array, firstSymbol: number): HuffmanCode {
  const count = new Uint32Array(MAX_LENGTH + 2);
  for (const length of lengths) if (length > 0) count[length]!++;
  const first = new Float64Array(MAX_LENGTH + 2);
  for (let length = MAX_LENGTH; length > 0; length--) {
    first[length] = Math.floor((first[length + 1]! + count[length + 1]!) / 2);
    if (first[length]! + count[length]! > 2 ** length)
      throw damaged('a Huffman table of the OpenEXR file is damaged');
  }
  const start = new Uint32Array(MAX_LENGTH + 2);
  for (let length = 1; length <= MAX_LENGTH; length++) start[length + 1] = start[length]! + count[length]!;

  const next = start.slice();
  const symbols = new Uint32Array(start[MAX_LENGTH + 1]!);
  const lookup = new Uint32Array(1 << LOOKUP_BITS);
  for (const [i, length] of lengths.entries()) {
    if (length === 0) continue;
    const symbol = firstSymbol + i;
    const rank = next[length]! - start[length]!;
    symbols[next[length]!++] = symbol;
    if (length > LOOKUP_BITS) continue;
    const shift = LOOKUP_BITS - length;
    const from = (first[length]! + rank) * (1 << shift);
    lookup.fill(symbol * 16 + length, from, from + (1 << shift));
  }
  return { first, count, start, symbols, lookup };
}

function decodeSymbols(
  { first, count, start, symbols, lookup }: HuffmanCode,
  runSymbol: number,
  bytes: Uint8Array,
  bits: number,
  length: number,
): Uint16Array {
  const out = new Uint16Array(length);
  const endOfBytes = Math.ceil(bits / 8);
  let at = 0;
  let buffer = 0;
  let held = 0;
  let left = bits;
  /** Leaves at least LOOKUP_BITS bits in the buffer, zeros after the end; `left` says how many are real. */
  const fill = (): void => {
    while (held < LOOKUP_BITS) {
      buffer = ((buffer << 8) | (at < endOfBytes ? bytes[at]! : 0)) & 0xffffff;
      at++;
      held += 8;
    }
  };
  const skip = (used: number): void => {
    held -= used;
    left -= used;
    if (left < 0) throw damaged('Huffman data of the OpenEXR file is cut off');
  };

  for (let to = 0; to < length;) {
    fill();
    const entry = lookup[(buffer >> (held - LOOKUP_BITS)) & ((1 << LOOKUP_BITS) - 1)]!;
    let symbol = entry >> 4;
    if (entry > 0) {
      skip(entry & 15);
    } else {
      let code = 0;
      let codeLength = 0;
      do {
        fill();
        code = code * 2 + ((buffer >> (held - 1)) & 1);
        skip(1);
        codeLength++;
      } while (code < first[codeLength]! && codeLength < MAX_LENGTH);
      const rank = code - first[codeLength]!;
      if (rank < 0 || rank >= count[codeLength]!)
        throw damaged('Huffman data of the OpenEXR file is damaged');
      symbol = symbols[start[codeLength]! + rank]!;
    }
    if (symbol !== runSymbol) {
      out[to++] = symbol;
      continue;
    }
    fill();
    const run = (buffer >> (held - 8)) & 0xff;
    skip(8);
    if (to === 0 || to + run > length)
      throw damaged('Huffman data of the OpenEXR file has a run that does not fit');
    out.fill(out[to - 1]!, to, to + run);
    to += run;
  }
  return out;
}
