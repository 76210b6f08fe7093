import { FILE_FORMATS } from './file-format.ts';
import type { FileFormat } from './file-format.ts';
import { FITS, TONE_MAPPERS } from './operations.ts';
import type { Variant } from './operations.ts';
import {
  choice,
  colour,
  decimal,
  fileName,
  gravity,
  identifier,
  integer,
  oneOf,
  rectangle,
} from './parameter-values.ts';
import type { Values } from './parameter-values.ts';
import { ProblemError } from './problem.ts';

/** Which representation the URL asks for; absent: the request's headers decide. */
export type HdrParameter = '0' | '1' | 'gainmap';

/** The query of `GET /images/{key}`, read. Operations are as they were written: `0` and defaults are not dropped yet. */
export interface PictureParameters extends Omit<Variant, 'rotate'> {
  readonly hdr?: HdrParameter;
  /** At most this many enhancement layers. */
  readonly layers?: number;
  readonly rotate?: 0 | 90 | 180 | 270;
  /** Multiplies `w` and `h`. */
  readonly dpr?: number;
  readonly preset?: string;
  readonly format?: 'jpeg' | 'jpg' | FileFormat;
  /** Save under this name; empty: under that of the key. */
  readonly download?: string;
}

export type ParameterName = keyof PictureParameters;

export interface Parameter<T> {
  readonly aliases: readonly string[];
  readonly doc: string;
  readonly values: Values<T>;
}

/** The largest side that can be asked for, in pixels; a JPEG's may be 65,535. */
export const LARGEST_SIDE = 16384;

/** Every parameter there is; `satisfies` makes a forgotten one a type error. */
export const PARAMETERS = {
  hdr: {
    aliases: [],
    values: choice('0', '1', 'gainmap'),
    doc: 'Plain JPEG, JPEG + enhancement layers, or Ultra HDR JPEG (with a gain map, ISO 21496-1), which browsers show by themselves. Without it `Accept` decides.',
  },
  layers: {
    aliases: [],
    values: integer(0, 32),
    doc: 'Send at most this many enhancement layers; without it all of them.',
  },
  w: {
    aliases: ['width'],
    values: integer(1, LARGEST_SIDE),
    doc: 'Width in pixels. The picture is resized in linear light and never enlarged; without `h` its height follows.',
  },
  h: {
    aliases: ['height'],
    values: integer(1, LARGEST_SIDE),
    doc: 'Height in pixels, likewise.',
  },
  dpr: {
    aliases: [],
    values: decimal(0.1, 8, 2),
    doc: 'Multiplies `w` and `h`, or the hinted width of the viewport.',
  },
  fit: {
    aliases: [],
    values: choice(...FITS),
    doc: 'How the picture fits `w` × `h`: whole within it (`contain`, the default, and `scale-down`), filling its shape (`cover`), filling it and cut off at it where the picture is smaller (`crop`), or whole on a canvas of exactly that size (`pad`). With one of `w` and `h` there is nothing to fill.',
  },
  gravity: {
    aliases: ['g'],
    values: gravity,
    doc: 'Which part `cover` and `crop` keep, and where `pad` puts the picture: as `object-position` in CSS.',
  },
  crop: {
    aliases: [],
    values: rectangle,
    doc: 'Take this rectangle first, in pixels of the master; what of it lies outside is left out, and one that lies outside altogether is refused.',
  },
  rotate: {
    aliases: ['r'],
    values: oneOf(0, 90, 180, 270),
    doc: 'Degrees clockwise, after `crop`, before `flip` and all else.',
  },
  flip: {
    aliases: [],
    values: choice('h', 'v', 'hv'),
    doc: 'Exchange left and right (`h`), top and bottom (`v`), or both.',
  },
  blur: {
    aliases: [],
    values: decimal(0.3, 100, 1),
    doc: 'Blur in linear light: the standard deviation in pixels of the result.',
  },
  sharpen: {
    aliases: [],
    values: decimal(0.3, 10, 1),
    doc: 'Unsharp mask: the standard deviation of its Gaussian in pixels of the result.',
  },
  bg: {
    aliases: ['background'],
    values: colour,
    doc: 'The colour that `fit=pad` adds; black without it.',
  },
  ev: {
    aliases: [],
    values: decimal(-8, 8, 1),
    doc: 'Exposure in stops: light is multiplied by 2^`ev`, in base and layers alike.',
  },
  tmo: {
    aliases: [],
    values: choice(...TONE_MAPPERS),
    doc: 'What makes the base of the HDR picture: Mai et al. 2011 (`mai`, the default) or Reinhard et al. 2002.',
  },
  q: {
    aliases: ['quality'],
    values: integer(1, 100),
    doc: 'JPEG quality of the base, up to the origin’s `SDR_QUALITY`, and of what is behind it; without it the one that fits most pictures. Of an AVIF its own quality.',
  },
  format: {
    aliases: ['f'],
    values: choice('jpeg', 'jpg', ...(Object.keys(FILE_FORMATS) as FileFormat[])),
    doc: 'JPEG, which every client reads, is the default. Others are files of their own: an `avif` of 10 bits and a `png` of 16 bits in PQ, an `exr` of half floats. They hold the HDR picture (an SDR one where the master is SDR), and `hdr` and `layers` mean nothing to them.',
  },
  preset: {
    aliases: ['p'],
    values: identifier,
    doc: 'The parameters that the operator keeps under this name (`PRESETS`); what the URL says beside it goes before.',
  },
  download: {
    aliases: ['dl'],
    values: fileName,
    doc: 'Have the browser save the picture, under this name or that of the key.',
  },
} satisfies { [Name in ParameterName]-?: Parameter<NonNullable<PictureParameters[Name]>> };

/** Parameters that choose or name what is sent of a rendition; all others make another rendition, and so does a `format` but JPEG. */
export const CUTTING: readonly ParameterName[] = ['hdr', 'layers', 'format', 'download'];

const NAMES = new Map(
  Object.entries(PARAMETERS).flatMap(([name, { aliases }]) => [name, ...aliases].map((n) => [n, name])),
) as ReadonlyMap<string, ParameterName>;

/**
 * Reads a query. Unknown parameters are ignored (URLs carry campaign tags and cache busters, and none of them may break a
 * picture) and are no part of the cache key; a known one with a wrong value, or given twice, is refused with 400
 * `invalid_parameter` or `duplicate_parameter`.
 */
export function parseParameters(query: URLSearchParams): PictureParameters {
  const read: Record<string, unknown> = {};
  for (const [given, text] of query) {
    const name = NAMES.get(given);
    if (name === undefined) continue;
    if (Object.hasOwn(read, name)) {
      throw new ProblemError({
        status: 400,
        code: 'duplicate_parameter',
        title: 'Parameter given twice',
        detail: `\`${name}\` is given more than once.`,
      });
    }
    const { parse, words } = PARAMETERS[name].values;
    const value = parse(text);
    if (value === undefined) {
      throw new ProblemError({
        status: 400,
        code: 'invalid_parameter',
        title: 'Invalid parameter',
        detail: `\`${name}\` must be: ${words.replaceAll('`', '')}.`,
      });
    }
    read[name] = value;
  }
  return read;
}
