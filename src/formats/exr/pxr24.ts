import { hasRow, type Block } from './block.ts';
import { PIXEL_TYPES } from './header.ts';
import { inflate } from './inflate.ts';

/** Bytes of a sample that are coded, by pixel type: floats lose their lowest 8 bits. */
const CODED_BYTES = [4, 2, 3] as const;

/** PXR24: for every row and channel the differences of neighbours, their bytes in planes from the highest; zlib (ImfPxr24Compressor.cpp). */
export function decodePxr24(bytes: Uint8Array, block: Block): Uint8Array {
  const codedBytes = block.channels.reduce(
    (sum, { width, height, type }) => sum + width * height * CODED_BYTES[type],
    0,
  );
  const coded = inflate(bytes, codedBytes);
  const rows = new Uint8Array(block.bytes);
  const view = new DataView(rows.buffer);
  let from = 0;
  let to = 0;
  for (let y = block.box.yMin; y <= block.box.yMax; y++) {
    for (const channel of block.channels) {
      if (!hasRow(channel, y)) continue;
      const planes = CODED_BYTES[channel.type];
      const dropped = channel.type === PIXEL_TYPES.float ? 8 : 0;
      let sample = 0;
      for (let x = 0; x < channel.width; x++) {
        let difference = 0;
        for (let plane = 0; plane < planes; plane++)
          difference = (difference << 8) | coded[from + plane * channel.width + x]!;
        sample = (sample + (difference << dropped)) | 0;
        if (channel.bytes === 2) view.setUint16(to, sample & 0xffff, true);
        else view.setInt32(to, sample, true);
        to += channel.bytes;
      }
      from += planes * channel.width;
    }
  }
  return rows;
}
