import type { Box, Channel } from './header.ts';

/** One channel's samples within a block. */
export interface BlockChannel extends Channel {
  /** Samples along a row, and rows that have samples. */
  readonly width: number;
  readonly height: number;
  /** Of one sample: 2 or 4. */
  readonly bytes: number;
}

/** The pixels of one chunk. Uncompressed it is, row by row, every channel's samples of that row, little-endian. */
export interface Block {
  readonly box: Box;
  readonly channels: readonly BlockChannel[];
  /** Of the block uncompressed. */
  readonly bytes: number;
}

export function blockOf(box: Box, channels: readonly Channel[]): Block {
  const inBlock = channels.map((channel) => ({
    ...channel,
    width: multiplesIn(channel.xSampling, box.xMin, box.xMax),
    height: multiplesIn(channel.ySampling, box.yMin, box.yMax),
    bytes: sampleBytes(channel),
  }));
  return {
    box,
    channels: inBlock,
    bytes: inBlock.reduce((sum, { width, height, bytes }) => sum + width * height * bytes, 0),
  };
}

export const sampleBytes = (channel: Channel): number => (channel.type === 1 ? 2 : 4);

/** Whether a channel has samples in row y of the data window's coordinates. */
export const hasRow = (channel: Channel, y: number): boolean => y % channel.ySampling === 0;

/**
 * From each channel's rows together, as PIZ, B44 and DWA code them, to each row's channels together.
 *
 * @param planes `block.bytes` bytes
 */
export function planesToRows(planes: Uint8Array, block: Block): Uint8Array {
  const rows = new Uint8Array(block.bytes);
  let start = 0;
  const cursors = block.channels.map((channel) => {
    const at = start;
    start += channel.width * channel.height * channel.bytes;
    return at;
  });
  let to = 0;
  for (let y = block.box.yMin; y <= block.box.yMax; y++) {
    block.channels.forEach((channel, c) => {
      if (!hasRow(channel, y)) return;
      const length = channel.width * channel.bytes;
      rows.set(planes.subarray(cursors[c], cursors[c]! + length), to);
      cursors[c]! += length;
      to += length;
    });
  }
  return rows;
}

const multiplesIn = (step: number, min: number, max: number): number =>
  Math.floor(max / step) - Math.ceil(min / step) + 1;
