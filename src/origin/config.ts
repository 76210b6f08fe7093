import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import { PROVIDERS } from '../inference/node.ts';

const cores = availableParallelism();
const integer = (minimum: number, maximum = Number.MAX_SAFE_INTEGER) =>
  z.coerce.number().int().min(minimum).max(maximum);

/** `dist/*` and `src/*` lie equally deep in the package. */
const packagedModels = fileURLToPath(new URL('../../models/', import.meta.url));

const environment = z.object({
  ORIGIN_HOST: z.string().min(1).default('127.0.0.1'),
  /** 0 lets the system choose. */
  ORIGIN_PORT: integer(0, 65_535).default(8788),
  /** Shared with the edge. */
  ORIGIN_SECRET: z.string().min(16, 'must have at least 16 characters'),
  /** The secret that `ORIGIN_SECRET` replaces: believed, too, until the edge has the new one. */
  ORIGIN_SECRET_BEFORE: z.string().min(16, 'must have at least 16 characters').optional(),
  /** Tried in this order. */
  EXECUTION_PROVIDERS: z
    .string()
    .default(PROVIDERS.join(','))
    .transform((list) => list.split(',').map((name) => name.trim()))
    .pipe(z.array(z.enum(PROVIDERS)).min(1)),
  /** Pictures that are rendered at once. */
  WORKERS: integer(1, 256).default(1),
  /** Threads of one operator on the CPU; all cores are shared out among the workers if absent. */
  THREADS: integer(1, 256).optional(),
  /** Requests that may wait for a worker; more are told to come back. */
  QUEUE_LIMIT: integer(0, 10_000).default(8),
  /** Requests of one tenant that may be inside, rendered or waiting; all if absent. */
  TENANT_LIMIT: integer(1).optional(),
  MAX_BODY_BYTES: integer(1).default(256 * 2 ** 20),
  MAX_PIXELS: integer(1).default(64_000_000),
  /** Pixels along one side, and per byte of a file above 4 megapixels; the readers' own limits if absent. */
  MAX_DIMENSION: integer(1, 65_500).optional(),
  MAX_PIXELS_PER_BYTE: integer(1).optional(),
  /** What SDR clients see at least, as the quality of a JPEG; never more than `q` asks for. */
  SDR_QUALITY: integer(1, 100).default(75),
  /** Whether JPEGs that are passed through keep the place where they were taken. */
  KEEP_LOCATION: z
    .enum(['true', 'false'])
    .default('false')
    .transform((value) => value === 'true'),
  /** Seconds that one picture may take, waiting not counted; the edge gives up after 14 minutes. */
  JOB_TIMEOUT: z.coerce.number().positive().max(86_400).default(780),
  /** The folder of `manifest.json`. */
  MODELS: z.string().min(1).default(packagedModels),
  /** Id of the model that encodes; the manifest's default if absent. */
  MODEL: z.string().min(1).optional(),
  /** Where spans are sent: OTLP over HTTP. */
  OTEL_EXPORTER_OTLP_ENDPOINT: z.url({ protocol: /^https?$/ }).optional(),
  /** Headers for it: `name=value,name=value`. */
  OTEL_EXPORTER_OTLP_HEADERS: z.string().optional(),
  LOG_LEVEL: z.enum(['fatal', 'error', 'warn', 'info', 'debug', 'silent']).default('info'),
});

export type OriginConfig = z.infer<typeof environment> & { readonly THREADS: number };

/** The environment could not be understood; the message names each variable and what is wrong with it. */
export class ConfigError extends Error {
  readonly code = 'config_invalid';

  constructor(message: string) {
    super(message);
    this.name = 'ConfigError';
  }
}

/** Reads the configuration of the origin from environment variables; empty ones count as absent. Throws ConfigError. */
export function readConfig(env: Readonly<Record<string, string | undefined>>): OriginConfig {
  const given = Object.fromEntries(Object.entries(env).filter(([, value]) => value !== ''));
  const parsed = environment.safeParse(given);
  if (!parsed.success) throw new ConfigError(z.prettifyError(parsed.error));
  const { data } = parsed;
  return { ...data, THREADS: data.THREADS ?? Math.max(1, Math.floor(cores / data.WORKERS)) };
}
