import { z } from 'zod';
import { FILE_FORMATS, type FileFormat } from '../delivery/file-format.ts';
import { ProblemError } from '../delivery/problem.ts';
import { OPERATIONS, parseVariant } from '../delivery/variant.ts';
import type { EncodeParameters } from './jobs.ts';

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

/** Operations, by their canonical names, and `quality`, which is what encoders call `q`. */
const OPERATION_NAMES: ReadonlySet<string> = new Set([...OPERATIONS, 'quality']);

/** What `/encode` takes besides the operations. */
const coding = z.strictObject({
  layers: integerParameter(0, 32).optional(),
  model: z.string().min(1).max(64).optional(),
  format: z.enum(Object.keys(FILE_FORMATS) as FileFormat[]).optional(),
});

/**
 * The query of `/encode`: the operations on the picture, as `variantQuery` writes them, and how it is coded.
 *
 * @throws ProblemError 400 `invalid_parameter`, `duplicate_parameter`
 */
export function parseEncodeQuery(query: URLSearchParams): EncodeParameters {
  const [operations, others] = [new URLSearchParams(), new URLSearchParams()];
  for (const [name, value] of query) (OPERATION_NAMES.has(name) ? operations : others).append(name, value);
  return { ...parseQuery(coding, Object.fromEntries(others)), variant: parseVariant(operations) };
}
