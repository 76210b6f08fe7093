import type { ProblemInit } from '../delivery/problem.ts';
import type { Provider } from '../inference/node.ts';

/** What a worker is told once, as its `workerData`. */
export interface WorkerSettings {
  readonly modelsFolder: string;
  readonly model: string | undefined;
  readonly providers: readonly Provider[];
  readonly threads: number;
  readonly maxPixels: number;
}

export interface EncodeParameters {
  readonly quality?: number | undefined;
  readonly layers?: number | undefined;
  /** Width in pixels to reduce the picture to; a narrower picture stays as it is. */
  readonly w?: number | undefined;
  readonly tmo?: 'mai' | 'reinhard' | undefined;
  readonly model?: string | undefined;
}

export interface DecodeParameters {
  readonly layers?: number | undefined;
  readonly format: 'pfm' | 'exr' | 'hdr';
  readonly post: boolean;
}

/** What a worker does. `warm` loads the default model, so that the first picture need not wait for it. */
export type Job =
  | { readonly kind: 'warm' }
  | { readonly kind: 'encode'; readonly body: Uint8Array; readonly parameters: EncodeParameters }
  | { readonly kind: 'decode'; readonly body: Uint8Array; readonly parameters: DecodeParameters };

/** What travels to a worker: the job, and the memory of its `JobGuard`. */
export interface JobMessage {
  readonly job: Job;
  readonly guard: SharedArrayBuffer;
}

export type JobOutcome =
  | { readonly kind: 'ready'; readonly provider: string; readonly model: string; readonly skipped: string[] }
  /** A layered file and its `layoutIndex`, or a decoded picture. */
  | { readonly kind: 'done'; readonly bytes: Uint8Array; readonly layout: string | null }
  /** The input's fault: what the client may know of it. */
  | { readonly kind: 'refused'; readonly problem: ProblemInit };
