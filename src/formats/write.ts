import type { HdrPicture } from '../codec/picture.ts';
import { writeExr } from './exr/write.ts';
import { writeAvif } from './hdr-out/avif.ts';
import { writePng } from './hdr-out/png.ts';
import { writePfm } from './pfm.ts';
import { writeRadiance } from './radiance/write.ts';

export interface WriteOptions {
  /** 1…100, of formats that have one (AVIF). */
  readonly quality?: number | undefined;
  /** Samples of OpenEXR, whose default is float32. */
  readonly half?: boolean | undefined;
}

type Writer = (picture: HdrPicture, options: WriteOptions) => Uint8Array | Promise<Uint8Array>;

const WRITERS = {
  exr: (picture, { half }) => writeExr(picture, { half }),
  hdr: writeRadiance,
  pfm: writePfm,
  avif: (picture, { quality }) => writeAvif(picture, quality),
  png: writePng,
} satisfies Record<string, Writer>;

export type WritableKind = keyof typeof WRITERS;
export const WRITABLE_KINDS = Object.keys(WRITERS) as readonly WritableKind[];

/**
 * The picture as a file. Values are as they are in PFM and OpenEXR of float32, rounded to 11 bits in OpenEXR of half floats, to 8-bit
 * mantissas in Radiance, and to PQ of 16 bits (PNG) or 10 (AVIF, lossy), which is absolute and in BT.2020.
 *
 * @throws FormatError `too_large` for more pixels than the format's encoder takes
 */
export async function write(
  picture: HdrPicture,
  kind: WritableKind,
  options: WriteOptions = {},
): Promise<Uint8Array> {
  const writer: Writer = WRITERS[kind];
  return await writer(picture, options);
}
