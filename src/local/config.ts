import { randomBytes } from 'node:crypto';
import { resolve } from 'node:path';
import { z } from 'zod';

const port = (fallback: number) => z.coerce.number().int().min(1).max(65_535).default(fallback);

const environment = z.object({
  EDGE_PORT: port(8787),
  ORIGIN_PORT: port(8788),
  /** Where R2 is kept. */
  AFTERGLOW_HOME: z
    .string()
    .default('.afterglow')
    .transform((path) => resolve(path)),
  /** Who holds it may upload; a new random one with every start if absent. */
  UPLOAD_TOKEN: z.string().min(8, 'must have at least 8 characters').optional(),
});

export interface LocalConfig {
  readonly edgePort: number;
  readonly originPort: number;
  readonly home: string;
  readonly uploadToken: string;
}

/** Reads the local stack's configuration; empty variables count as absent. Throws an Error that names what is wrong. */
export function readLocalConfig(env: Readonly<Record<string, string | undefined>>): LocalConfig {
  const given = Object.fromEntries(Object.entries(env).filter(([, value]) => value !== ''));
  const parsed = environment.safeParse(given);
  if (!parsed.success) {
    throw new Error(`The environment does not configure the local stack:\n${z.prettifyError(parsed.error)}`);
  }
  const { EDGE_PORT, ORIGIN_PORT, AFTERGLOW_HOME, UPLOAD_TOKEN } = parsed.data;
  if (EDGE_PORT === ORIGIN_PORT) throw new Error('EDGE_PORT and ORIGIN_PORT must differ.');
  return {
    edgePort: EDGE_PORT,
    originPort: ORIGIN_PORT,
    home: AFTERGLOW_HOME,
    uploadToken: UPLOAD_TOKEN ?? randomBytes(18).toString('base64url'),
  };
}
