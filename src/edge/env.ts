import type { Context } from 'hono';
import type { EncodeMessage } from './queue/messages.ts';

/** The bindings and variables of wrangler.toml. */
export interface Env {
  /** Masters, the pointers that publish them, and job records. */
  readonly MASTERS: R2Bucket;
  /** What the origin rendered, by generation and variant. */
  readonly RENDITIONS: R2Bucket;
  readonly ENCODE_QUEUE: Queue<EncodeMessage>;
  /** The page, its scripts and the models; absent where the edge serves pictures only. */
  readonly ASSETS?: Fetcher;
  readonly ORIGIN_URL: string;
  /** Secret: signs what goes to the origin. */
  readonly ORIGIN_SECRET: string;
  /** Secret: who holds it may upload and delete. */
  readonly UPLOAD_TOKEN: string;
  /** The largest upload, in bytes; Cloudflare's own limit depends on the plan. */
  readonly MAX_UPLOAD_BYTES?: string;
  /** The pause before the second attempt of a job, in seconds; it doubles from attempt to attempt. */
  readonly RETRY_DELAY_SECONDS?: string;
}

/** What a route is given. */
export type Routed = Context<{ Bindings: Env }>;

/** A variable that is a number, or its default. */
export function numberOf(variable: string | undefined, fallback: number): number {
  const value = Number(variable);
  return variable !== undefined && variable !== '' && Number.isFinite(value) && value >= 0 ? value : fallback;
}
