import { readFile, writeFile } from 'node:fs/promises';
import sharp from 'sharp';
import type { HdrPicture } from '../codec/picture.ts';
import { pqDecode, pqEncode } from '../codec/pq.ts';
import { halfValues, toHalf } from '../formats/exr/half.ts';
import { read, write } from '../formats/index.ts';
import { REFERENCE_WHITE } from '../codec/luminance.ts';
import { fromBt2020, toBt2020 } from '../metrics/index.ts';

/** A file that a peer reads or writes. Pictures are linear BT.709 in cd/m². */
export interface Exchange {
  readonly extension: string;
  write(path: string, picture: HdrPicture): Promise<void>;
  /** @param like a picture of the size that is expected */
  read(path: string, like: HdrPicture): Promise<Float32Array>;
}

const pfm: Exchange = {
  extension: 'pfm',
  write: async (path, picture) => writeFile(path, await write(picture, 'pfm')),
  read: async (path) => (await read(await readFile(path))).data,
};

/** PFM with rows from the top, as JPEG XT's reference software reads and writes it. */
const pfmTopDown: Exchange = {
  extension: 'pfm',
  write: (path, picture) => pfm.write(path, { ...picture, data: flipped(picture.data, picture) }),
  read: async (path, like) => flipped(await pfm.read(path, like), like),
};

/** Raw RGBA in half floats, 1.0 at 203 cd/m²: libultrahdr's linear light. */
const half203: Exchange = {
  extension: 'raw',
  async write(path, { data }) {
    const rgba = new Uint16Array((data.length / 3) * 4).fill(toHalf(1));
    for (let i = 0; i < data.length; i++)
      rgba[Math.floor(i / 3) * 4 + (i % 3)] = toHalf(data[i]! / REFERENCE_WHITE);
    await writeFile(path, rgba);
  },
  async read(path, like) {
    const bytes = await readFile(path);
    const values = halfValues();
    return like.data.map(
      (_, i) => REFERENCE_WHITE * values[bytes.readUInt16LE(2 * (Math.floor(i / 3) * 4 + (i % 3)))]!,
    );
  },
};

/** 16-bit PNG with PQ values of BT.2020 primaries. */
const pngPq2020: Exchange = {
  extension: 'png',
  async write(path, { data, width, height }) {
    const signal = Uint16Array.from(toBt2020(data), (nits) => Math.round(65_535 * pqEncode(nits)));
    await sharp(signal, { raw: { width, height, channels: 3 } })
      .toColourspace('rgb16')
      .png({ compressionLevel: 1 })
      .toFile(path);
  },
  async read(path) {
    // The file's profile says BT.2020 with PQ, which is known, and must not be converted.
    const { data } = await sharp(path, { ignoreIcc: true })
      .removeAlpha()
      .toColourspace('rgb16')
      .raw({ depth: 'ushort' })
      .toBuffer({ resolveWithObject: true });
    const nits = new Float32Array(data.length / 2);
    for (let i = 0; i < nits.length; i++) nits[i] = pqDecode(data.readUInt16LE(2 * i) / 65_535);
    return fromBt2020(nits);
  },
};

export const EXCHANGES = { pfm, pfmTopDown, half203, pngPq2020 } as const;

function flipped(data: Float32Array, { width, height }: HdrPicture): Float32Array {
  const row = width * 3;
  const out = new Float32Array(data.length);
  for (let y = 0; y < height; y++) out.set(data.subarray(y * row, (y + 1) * row), (height - 1 - y) * row);
  return out;
}
