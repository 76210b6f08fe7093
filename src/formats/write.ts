import type { HdrPicture } from '../codec/picture.ts';
import { writeExr } from './exr/write.ts';
import { writePfm } from './pfm.ts';
import { writeRadiance } from './radiance/write.ts';

const WRITERS = { exr: writeExr, hdr: writeRadiance, pfm: writePfm } as const;

export type WritableKind = keyof typeof WRITERS;
export const WRITABLE_KINDS = Object.keys(WRITERS) as readonly WritableKind[];

/** The picture as a file, its values as they are: PFM and OpenEXR exactly, Radiance rounded to 8-bit mantissas. */
export function write(picture: HdrPicture, kind: WritableKind): Promise<Uint8Array> {
  return Promise.resolve().then(() => WRITERS[kind](picture));
}
