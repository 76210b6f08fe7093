import { DIRECTIONS, gravityPoint } from './operations.ts';
import type { Crop, Gravity } from './operations.ts';

/** How the values of a parameter are written. */
export interface Values<T> {
  /** The allowed values in words, for the README's table and for problem documents. */
  readonly words: string;
  /** The same as a JSON schema, for the OpenAPI document. */
  readonly schema: Readonly<Record<string, unknown>>;
  /** `undefined` for a value that is not allowed. */
  readonly parse: (text: string) => T | undefined;
  /** The one spelling of a value that the cache key and the origin's query have. */
  readonly write: (value: T) => string;
}

/** Digits only, so that neither blanks nor `1e3` nor `0x10` pass for a number. */
export function integer(minimum: number, maximum: number): Values<number> {
  return {
    words: `integer, ${minimum} to ${maximum}`,
    schema: { type: 'integer', minimum, maximum },
    parse(text) {
      if (!/^\d{1,9}$/.test(text)) return undefined;
      const value = Number(text);
      return value >= minimum && value <= maximum ? value : undefined;
    },
    write: String,
  };
}

/** A number with at most one or two digits after the point: finer steps would only be further renditions of the same sight. */
export function decimal(minimum: number, maximum: number, digits: 1 | 2): Values<number> {
  const written = new RegExp(`^${minimum < 0 ? '-?' : ''}\\d{1,4}(?:\\.\\d{1,${digits}})?$`);
  return {
    words: `number, ${minimum} to ${maximum}, at most ${digits === 1 ? 'one digit' : 'two digits'} after the point`,
    schema: { type: 'number', minimum, maximum, multipleOf: digits === 1 ? 0.1 : 0.01 },
    parse(text) {
      if (!written.test(text)) return undefined;
      // -0 is 0.
      const value = Number(text) + 0;
      return value >= minimum && value <= maximum ? value : undefined;
    },
    write: String,
  };
}

/** One of a few words. */
export function choice<const T extends string>(...words: readonly T[]): Values<T> {
  return {
    words: listed(words),
    schema: { type: 'string', enum: words },
    parse: (text) => words.find((word) => word === text),
    write: String,
  };
}

/** One of a few numbers. */
export function oneOf<const T extends number>(...numbers: readonly T[]): Values<T> {
  return {
    words: listed(numbers.map(String)),
    schema: { type: 'integer', enum: numbers },
    parse: (text) => numbers.find((number) => String(number) === text),
    write: String,
  };
}

/** `x,y,w,h`: pixels, of which the last two are at least 1. */
export const rectangle: Values<Crop> = {
  words: '`x,y,w,h`, four integers',
  schema: { type: 'string', pattern: '^\\d{1,6},\\d{1,6},[1-9]\\d{0,5},[1-9]\\d{0,5}$' },
  parse(text) {
    if (!/^(?:\d{1,6},){3}\d{1,6}$/.test(text)) return undefined;
    const [x, y, w, h] = text.split(',').map(Number);
    return w! > 0 && h! > 0 ? { x: x!, y: y!, w: w!, h: h! } : undefined;
  },
  write: ({ x, y, w, h }) => [x, y, w, h].join(','),
};

const FRACTION = '(?:0(?:\\.\\d{1,2})?|1(?:\\.00?)?)';

/** A direction, or `x,y`; what is a direction is written as one. */
export const gravity: Values<Gravity> = {
  words: `${listed(DIRECTIONS)}, or \`x,y\`, two fractions from 0 to 1`,
  schema: {
    anyOf: [
      { type: 'string', enum: DIRECTIONS },
      { type: 'string', pattern: `^${FRACTION},${FRACTION}$` },
    ],
  },
  parse(text) {
    const direction = DIRECTIONS.find((name) => name === text);
    if (direction !== undefined) return direction;
    if (!new RegExp(`^${FRACTION},${FRACTION}$`).test(text)) return undefined;
    const [x, y] = text.split(',').map(Number);
    return (
      DIRECTIONS.find((name) => gravityPoint(name).x === x && gravityPoint(name).y === y) ?? `${x!},${y!}`
    );
  },
  write: String,
};

/** sRGB in hexadecimal, `rrggbb` or the short form `rgb`, without `#`, which would begin a URL's fragment. */
export const colour: Values<string> = {
  words: 'sRGB colour, `rrggbb` or `rgb`',
  schema: { type: 'string', pattern: '^(?:[0-9A-Fa-f]{3}|[0-9A-Fa-f]{6})$' },
  parse(text) {
    if (!/^(?:[0-9a-f]{3}|[0-9a-f]{6})$/i.test(text)) return undefined;
    const digits = text.toLowerCase();
    return digits.length === 6 ? digits : digits.replace(/./g, '$&$&');
  },
  write: String,
};

/** The name of a preset. */
export const identifier: Values<string> = {
  words: 'letters, digits, `-` and `_`, at most 64',
  schema: { type: 'string', pattern: '^[A-Za-z0-9_-]{1,64}$' },
  parse: (text) => (/^[A-Za-z0-9_-]{1,64}$/.test(text) ? text : undefined),
  write: String,
};

/** The name of a file; empty where the key of the picture is to name it. No separators, no control characters. */
export const fileName: Values<string> = {
  words: 'name of a file, at most 128 characters, or nothing',
  schema: { type: 'string', maxLength: 128 },
  parse(text) {
    const name = text.trim().normalize('NFC');
    return name.length > 128 || /[\p{Cc}\p{Cf}\p{Cs}/\\]/u.test(name) || /^\.+$/.test(name)
      ? undefined
      : name;
  },
  write: String,
};

function listed(words: readonly string[]): string {
  const quoted = words.map((word) => `\`${word}\``);
  const last = quoted.pop() ?? '';
  return quoted.length === 0 ? last : `${quoted.join(', ')} or ${last}`;
}
