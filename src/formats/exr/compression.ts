import { damaged, FormatError } from '../errors.ts';
import { decodeB44 } from './b44.ts';
import type { Block } from './block.ts';
import { decodeDwa } from './dwa.ts';
import { inflate, undoPredictor, undoRunLengths } from './inflate.ts';
import { decodePiz } from './piz.ts';
import { decodePxr24 } from './pxr24.ts';

interface Compression {
  readonly name: string;
  /** Rows of a chunk of scanlines. */
  readonly rows: number;
  /** Bytes that one coded byte can stand for at most: what claims more is damaged, and is refused before anything is allocated. */
  readonly mostPerByte: number;
  decode(bytes: Uint8Array, block: Block): Uint8Array;
}

/** Deflate codes at most 258 bytes by two bits. */
const ZLIB_RATIO = 1032;

const zip = (bytes: Uint8Array, block: Block): Uint8Array => undoPredictor(inflate(bytes, block.bytes));

/** By the code of the `compression` attribute. */
const COMPRESSIONS: readonly Compression[] = [
  { name: 'none', rows: 1, mostPerByte: 1, decode: (bytes) => bytes },
  {
    name: 'RLE',
    rows: 1,
    mostPerByte: 64,
    decode: (bytes, block) => undoPredictor(undoRunLengths(bytes, block.bytes)),
  },
  { name: 'ZIPS', rows: 1, mostPerByte: ZLIB_RATIO, decode: zip },
  { name: 'ZIP', rows: 16, mostPerByte: ZLIB_RATIO, decode: zip },
  // A run of 255 values takes at least 10 bits.
  { name: 'PIZ', rows: 32, mostPerByte: 512, decode: decodePiz },
  // zlib, and the byte of a float that is not coded.
  { name: 'PXR24', rows: 16, mostPerByte: 2 * ZLIB_RATIO, decode: decodePxr24 },
  { name: 'B44', rows: 32, mostPerByte: 11, decode: decodeB44 },
  { name: 'B44A', rows: 32, mostPerByte: 11, decode: decodeB44 },
  // An 8 × 8 block of floats is 256 bytes; its two coefficients are 2 bytes by zlib and a 255th of 10 bits.
  { name: 'DWAA', rows: 32, mostPerByte: 65_536, decode: decodeDwa },
  { name: 'DWAB', rows: 256, mostPerByte: 65_536, decode: decodeDwa },
];

/** @throws FormatError `unsupported_feature` */
export function compressionOf(code: number): Compression {
  const compression = COMPRESSIONS[code];
  if (!compression)
    throw new FormatError('unsupported_feature', 'the OpenEXR file has an unknown compression');
  return compression;
}

/** A chunk's bytes uncompressed. A chunk that compression would not make smaller is stored as it is. */
export function decodeBlock(compression: Compression, bytes: Uint8Array, block: Block): Uint8Array {
  if (bytes.length === block.bytes) return bytes;
  if (bytes.length > block.bytes || block.bytes > bytes.length * compression.mostPerByte)
    throw damaged(`a ${compression.name} block of the OpenEXR file has a size that cannot be right`);
  return compression.decode(bytes, block);
}
