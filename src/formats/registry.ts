import { avif } from './avif/read.ts';
import { exr } from './exr/read.ts';
import type { Format } from './format.ts';
import { jxl } from './jxl/read.ts';
import { pfm } from './pfm.ts';
import { png } from './png/read.ts';
import { radiance } from './radiance/read.ts';
import { jpeg, webp } from './sdr/index.ts';
import { tiff } from './tiff/read.ts';
import { ultraHdr } from './ultra-hdr/read.ts';

/** Every format that is read; the first that a file is of reads it. A new one is a file of its own and a row here. */
export const FORMATS = [
  exr,
  radiance,
  pfm,
  ultraHdr,
  jpeg,
  png,
  webp,
  avif,
  tiff,
  jxl,
] as const satisfies readonly Format[];

export type ReadableKind = (typeof FORMATS)[number]['kind'];
