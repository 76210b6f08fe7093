import { z } from 'zod';
import { ProblemError } from '../delivery/problem.ts';

/** A number in a query: digits only, so that neither blanks nor `1e3` nor `0x10` pass for one. */
export const integerParameter = (minimum: number, maximum: number) =>
  z
    .string()
    .regex(/^\d{1,6}$/, 'must be a whole number')
    .transform(Number)
    .pipe(z.int().min(minimum).max(maximum));

/** Checks the query of a request against a schema. Throws ProblemError `invalid_parameter`, which names the parameter. */
export function parseQuery<T>(schema: z.ZodType<T>, query: Record<string, string>): T {
  const parsed = schema.safeParse(query);
  if (parsed.success) return parsed.data;
  throw new ProblemError({
    status: 400,
    code: 'invalid_parameter',
    title: 'A parameter is wrong',
    detail: parsed.error.issues.map(({ path, message }) => [...path, message].join(': ')).join('; '),
  });
}
