import { InvalidArgumentError } from 'commander';
import { isMediaType } from '../delivery/upload-policy.ts';

/** An argument parser for commander: an integer from `min` to `max`. */
export const integer =
  (min: number, max: number) =>
  (value: string): number => {
    const number = Number(value);
    if (!/^\d+$/.test(value) || number < min || number > max)
      throw new InvalidArgumentError(`It is an integer from ${min} to ${max}.`);
    return number;
  };

/** An argument parser for commander: integers from `min` to `max` with commas between them. */
export const integers =
  (min: number, max: number) =>
  (value: string): number[] =>
    value.split(',').map((given) => integer(min, max)(given.trim()));

export function positiveNumber(value: string): number {
  const number = Number(value);
  if (value.trim() === '' || !(number > 0 && number < Infinity))
    throw new InvalidArgumentError('It is a number above 0.');
  return number;
}

/** An argument parser for commander: names with commas between them, each one of `names`. */
export const listOf =
  <Name extends string>(names: readonly Name[]) =>
  (value: string): Name[] =>
    value.split(',').map((given) => {
      const name = names.find((candidate) => candidate === given.trim());
      if (name === undefined) throw new InvalidArgumentError(`It is one or more of ${names.join(', ')}.`);
      return name;
    });

const SECONDS: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3600, d: 86_400 };

/** An argument parser for commander: a duration such as 90s, 15m, 1h or 7d, in seconds. */
export function duration(value: string): number {
  const [, count, unit = ''] = /^([1-9]\d{0,5})([smhd])$/.exec(value.trim()) ?? [];
  const seconds = SECONDS[unit];
  if (count === undefined || seconds === undefined)
    throw new InvalidArgumentError('It is a number of seconds, minutes, hours or days: 90s, 15m, 1h, 7d.');
  return Number(count) * seconds;
}

/** An argument parser for commander: a media type, in lower case. */
export function mediaType(value: string): string {
  const type = value.trim().toLowerCase();
  if (!isMediaType(type))
    throw new InvalidArgumentError('It is a media type without parameters: image/x-exr.');
  return type;
}
