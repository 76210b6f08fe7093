import { InvalidArgumentError } from 'commander';

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
