/** HTML's dimension values, as `width` and `height` of an `<img>` have them. */

const DIMENSION = /^\s*(\d+(?:\.\d+)?)(%?)/;

/** As a length of CSS; null for what is none. */
export function cssLength(value: string | null): string | null {
  const [, number, percent] = DIMENSION.exec(value ?? '') ?? [];
  return number === undefined ? null : number + (percent === '%' ? '%' : 'px');
}

/** CSS pixels; null for what is none, and for percentages. */
export function pixels(value: string | null): number | null {
  const [, number, percent] = DIMENSION.exec(value ?? '') ?? [];
  return number === undefined || percent === '%' ? null : Number(number);
}
