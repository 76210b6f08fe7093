import { ProblemError } from './problem.ts';

/** Which representation the URL asks for; absent: the request's headers decide. */
export type HdrParameter = '0' | '1' | 'gainmap';

/** The query of `GET /images/{key}`, read. */
export interface PictureParameters {
  readonly hdr?: HdrParameter;
  /** At most this many enhancement layers. */
  readonly layers?: number;
  /** Width in pixels. */
  readonly w?: number;
  /** JPEG quality of the base layer. */
  readonly q?: number;
  readonly format?: 'jpeg';
}

interface Parameter<T> {
  readonly aliases: readonly string[];
  /** The allowed values, in words, for the README's table and for the problem document. */
  readonly values: string;
  readonly doc: string;
  /** `undefined` for a value that is not allowed. */
  readonly parse: (text: string) => T | undefined;
}

/** Every parameter there is; `satisfies` makes a forgotten one a type error. */
export const PARAMETERS = {
  hdr: {
    aliases: [],
    values: '`0`, `1` or `gainmap`',
    doc: 'Plain JPEG, JPEG + enhancement layers, or Ultra HDR JPEG (ISO 21496-1) where the picture has a gain map. Without it `Accept` decides.',
    parse: (text) => (text === '0' || text === '1' || text === 'gainmap' ? text : undefined),
  },
  layers: {
    aliases: [],
    values: 'integer, 0 to 32',
    doc: 'Send at most this many enhancement layers; without it all of them.',
    parse: integer(0, 32),
  },
  w: {
    aliases: ['width'],
    values: 'integer, 1 to 16384',
    doc: 'Width in pixels, resized in linear light; the height follows, and nothing is ever enlarged.',
    parse: integer(1, 16384),
  },
  q: {
    aliases: ['quality'],
    values: 'integer, 1 to 100',
    doc: 'JPEG quality of the base layer; without it the one that fits most pictures.',
    parse: integer(1, 100),
  },
  format: {
    aliases: ['f'],
    values: '`jpeg`',
    doc: 'The format of the answer; there is one.',
    parse: (text) => (text === 'jpeg' ? text : undefined),
  },
} satisfies { [Name in keyof PictureParameters]-?: Parameter<NonNullable<PictureParameters[Name]>> };

const NAMES = new Map(
  Object.entries(PARAMETERS).flatMap(([name, { aliases }]) => [name, ...aliases].map((n) => [n, name])),
) as Map<string, keyof PictureParameters>;

/**
 * Reads a query. Unknown parameters are ignored (URLs carry campaign tags and cache busters, and none of them may break a
 * picture) and are no part of the cache key; a known one with a wrong value, or given twice, is refused with 400.
 */
export function parseParameters(query: URLSearchParams): PictureParameters {
  const read: Record<string, string | number> = {};
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
    const { parse, values } = PARAMETERS[name];
    const value = parse(text);
    if (value === undefined) {
      throw new ProblemError({
        status: 400,
        code: 'invalid_parameter',
        title: 'Invalid parameter',
        detail: `\`${name}\` must be: ${values.replaceAll('`', '')}.`,
      });
    }
    read[name] = value;
  }
  return read;
}

function integer(least: number, most: number): (text: string) => number | undefined {
  return (text) => {
    if (!/^\d{1,9}$/.test(text)) return undefined;
    const value = Number(text);
    return value >= least && value <= most ? value : undefined;
  };
}
