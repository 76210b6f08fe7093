import { exr } from './exr/read.ts';
import type { Format } from './format.ts';
import { pfm } from './pfm.ts';
import { radiance } from './radiance/read.ts';
import { avif, jpeg, png, webp } from './sdr/index.ts';

/** Every format that is read. A new one is a file of its own and a row here. */
export const FORMATS = [exr, radiance, pfm, jpeg, png, webp, avif] as const satisfies readonly Format[];

export type ReadableKind = (typeof FORMATS)[number]['kind'];
