import { damaged } from '../errors.ts';
import { planesToRows, type Block } from './block.ts';
import { ByteReader } from './byte-reader.ts';
import { decodeHuffman } from './huffman.ts';
import { wavDecode } from './wavelet.ts';

/** One bit for each 16-bit value. */
const BITMAP_BYTES = 8192;

/** PIZ: a table of the 16-bit values in use, a Haar wavelet on their indices, Huffman (OpenEXR's ImfPizCompressor.cpp). */
export function decodePiz(bytes: Uint8Array, block: Block): Uint8Array {
  const reader = new ByteReader(bytes, 'a PIZ block of the OpenEXR file');
  const { values, last } = readValueTable(reader);
  const length = reader.uint32();
  const words = decodeHuffman(reader.take(length), block.bytes / 2);

  let start = 0;
  for (const { width, height, bytes } of block.channels) {
    const perSample = bytes / 2;
    for (let word = 0; word < perSample; word++)
      wavDecode(words, start + word, { nx: width, ox: perSample, ny: height, oy: width * perSample }, last);
    start += width * height * perSample;
  }
  // What a damaged block makes of an index that is in no table is 0, as in OpenEXR.
  for (let i = 0; i < words.length; i++) words[i] = values[words[i]!] ?? 0;
  return planesToRows(littleEndian(words), block);
}

/** Index → value, 0 always among them. */
function readValueTable(reader: ByteReader): { values: Uint16Array; last: number } {
  const min = reader.uint16();
  const max = reader.uint16();
  if (max >= BITMAP_BYTES) throw damaged('a PIZ block of the OpenEXR file has a table that does not fit');
  const bitmap = min <= max ? reader.take(max - min + 1) : new Uint8Array(0);
  const values = [0];
  bitmap.forEach((byte, i) => {
    for (let bit = 0; bit < 8; bit++) {
      const value = (min + i) * 8 + bit;
      if (value > 0 && (byte >> bit) & 1) values.push(value);
    }
  });
  return { values: Uint16Array.from(values), last: values.length - 1 };
}

function littleEndian(words: Uint16Array): Uint8Array {
  const out = new Uint8Array(words.length * 2);
  for (let i = 0; i < words.length; i++) {
    out[2 * i] = words[i]!;
    out[2 * i + 1] = words[i]! >> 8;
  }
  return out;
}
