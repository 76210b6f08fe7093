import { damaged, FormatError } from '../errors.ts';
import { blockOf, type Block } from './block.ts';
import { ByteReader } from './byte-reader.ts';
import { compressionOf } from './compression.ts';
import { boxHeight, boxWidth, type ExrHeader, type Part } from './header.ts';

/** A chunk of one part: the pixels that it codes, and where its bytes lie. */
export interface Chunk {
  readonly block: Block;
  readonly offset: number;
  readonly length: number;
}

/** A decoded block and what it is made of are in memory at once; no scanline or tile of a real picture needs more. */
const MAX_BLOCK_BYTES = 2 ** 31 - 1;

/**
 * Every chunk of the part's full-size picture, found by its offset table. All are first checked to lie in the file whole: a file
 * that was cut off anywhere, or never finished, is refused here, before pixels are allocated.
 *
 * @throws FormatError
 */
export function findChunks(bytes: Uint8Array, header: ExrHeader, partIndex: number): Iterable<Chunk> {
  const { mostPerByte } = compressionOf(header.parts[partIndex]!.compression);
  let codedBytes = 0;
  let pixelBytes = 0;
  for (const { block, length } of walkChunks(bytes, header, partIndex)) {
    codedBytes += length;
    pixelBytes += block.bytes;
  }
  if (codedBytes > bytes.length) throw damaged('chunks of the OpenEXR file overlap');
  if (pixelBytes > codedBytes * mostPerByte)
    throw damaged('the OpenEXR file is far too small for its picture');
  return walkChunks(bytes, header, partIndex);
}

/** One chunk after the other, and no list of them: a small file can have very many. */
function* walkChunks(bytes: Uint8Array, header: ExrHeader, partIndex: number): Generator<Chunk> {
  const part = header.parts[partIndex]!;
  const blocks = blocksOf(part);
  const table = new ByteReader(bytes, 'the offset table of the OpenEXR file');
  table.take(header.end);
  for (const other of header.parts.slice(0, partIndex)) table.take(8 * chunkCount(other));
  if (part.chunkCount !== null && part.chunkCount < blocks.count)
    throw damaged('the OpenEXR file has fewer chunks than its picture needs');
  if (table.left < 8 * blocks.count) throw damaged('the offset table of the OpenEXR file is cut off');
  for (let index = 0; index < blocks.count; index++)
    yield readChunk(bytes, header, partIndex, { start: table.uint64(), block: blocks.at(index), index });
}

/** The blocks of the full-size picture, in the order of the offset table: rows of blocks from the top. */
function blocksOf(part: Part): { count: number; at(index: number): Block } {
  const { dataWindow: window, tiles } = part;
  const width = Math.min(tiles?.width ?? Infinity, boxWidth(window));
  const height = Math.min(tiles?.height ?? compressionOf(part.compression).rows, boxHeight(window));
  if (tiles && part.channels.some((channel) => channel.xSampling !== 1 || channel.ySampling !== 1))
    throw damaged('the OpenEXR file has subsampled channels in tiles');
  const columns = Math.ceil(boxWidth(window) / width);
  return {
    count: columns * Math.ceil(boxHeight(window) / height),
    at(index) {
      const xMin = window.xMin + (index % columns) * width;
      const yMin = window.yMin + Math.floor(index / columns) * height;
      const xMax = Math.min(window.xMax, xMin + width - 1);
      const yMax = Math.min(window.yMax, yMin + height - 1);
      const block = blockOf({ xMin, yMin, xMax, yMax }, part.channels);
      if (block.bytes > MAX_BLOCK_BYTES)
        throw new FormatError('too_large', 'the OpenEXR file has a block of more than 2 GiB');
      return block;
    },
  };
}

/** A chunk begins with its part (in files of many), its place and its length. */
function readChunk(
  bytes: Uint8Array,
  header: ExrHeader,
  partIndex: number,
  { start, block, index }: { start: number; block: Block; index: number },
): Chunk {
  const part = header.parts[partIndex]!;
  const reader = new ByteReader(bytes, 'the OpenEXR file');
  if (!(start >= header.end && start < bytes.length))
    throw damaged('the OpenEXR file is cut off, or was never finished');
  reader.take(start);
  if (header.multiPart && reader.int32() !== partIndex)
    throw damaged('a chunk of the OpenEXR file is another part’s');
  const columns = part.tiles ? Math.ceil(boxWidth(part.dataWindow) / part.tiles.width) : 1;
  const place = part.tiles ? [index % columns, Math.floor(index / columns), 0, 0] : [block.box.yMin];
  if (place.some((expected) => reader.int32() !== expected))
    throw damaged('a chunk of the OpenEXR file is not where its offset table says');
  const length = reader.uint32();
  if (length > reader.left) throw damaged('the OpenEXR file is cut off');
  if (length === 0 && block.bytes > 0) throw damaged('a chunk of the OpenEXR file is empty');
  return { block, offset: reader.offset, length };
}

/** Entries of a part's offset table, which files of many parts must say. */
function chunkCount(part: Part): number {
  if (part.chunkCount === null || part.chunkCount < 0)
    throw damaged('a part of the OpenEXR file lacks its chunkCount');
  return part.chunkCount;
}
