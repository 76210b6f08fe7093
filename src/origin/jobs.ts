import type { FileFormat } from '../delivery/file-format.ts';
import type { ProblemInit } from '../delivery/problem.ts';
import type { Variant } from '../delivery/variant.ts';
import type { Limits, WritableKind } from '../formats/index.ts';
import type { Provider } from '../inference/node.ts';

export type ReadLimits = Partial<Pick<Limits, 'maxDimension' | 'maxPixelsPerByte'>>;

/** What a worker is told once, as its `workerData`. */
export interface WorkerSettings {
  readonly modelsFolder: string;
  readonly model: string | undefined;
  readonly providers: readonly Provider[];
  readonly threads: number;
  readonly maxPixels: number;
  /** Limits of the readers other than pixels, where they are not the defaults. */
  readonly limits?: ReadLimits | undefined;
  /** What SDR clients see at least, as the quality of a JPEG. */
  readonly sdrQuality?: number | undefined;
  /** Whether the place where a picture was taken stays in its metadata. */
  readonly keepLocation?: boolean | undefined;
}

export interface EncodeParameters {
  /** What is done to the picture before it is coded. */
  readonly variant: Variant;
  /** An SDR picture has none, however many are asked for. */
  readonly layers?: number | undefined;
  /** A file of its own instead of a layered one. */
  readonly format?: FileFormat | undefined;
  /** Id in the manifest, or `none`: the base without any network or layer. */
  readonly model?: string | undefined;
}

export interface DecodeParameters {
  readonly layers?: number | undefined;
  readonly format: WritableKind;
  readonly post: boolean;
}

/** What a worker is asked for; `warm` loads the default model, so that the first picture need not wait for it. */
export interface JobRequests {
  readonly warm: unknown;
  readonly encode: { readonly body: Uint8Array; readonly parameters: EncodeParameters };
  readonly decode: { readonly body: Uint8Array; readonly parameters: DecodeParameters };
  readonly probe: { readonly body: Uint8Array };
}

/** What it answers. */
export interface JobAnswers {
  readonly warm: {
    /** The execution provider in use. */
    readonly provider: string;
    readonly model: string;
    /** Why each provider before it is not. */
    readonly skipped: readonly string[];
  };
  /** The layered file and its `layoutIndex`. */
  readonly encode: { readonly bytes: Uint8Array; readonly layout: string };
  /** The HDR file. */
  readonly decode: { readonly bytes: Uint8Array };
  readonly probe: Probe;
}

export type JobKind = keyof JobRequests;
export type JobOf<K extends JobKind> = { readonly kind: K } & JobRequests[K];
export type Job = { [K in JobKind]: JobOf<K> }[JobKind];

/** What can be said of a picture file without rendering it. */
export interface Probe {
  /** The file's format. */
  readonly kind: string;
  /** Pixels, as the picture is shown. */
  readonly width: number;
  readonly height: number;
  readonly hdr: boolean;
  /** log2(peak / 203 cd/m²), in stops. */
  readonly headroom: number;
}

/** What travels to a worker: the job, and the memory of its `JobGuard`. */
export interface JobMessage {
  readonly job: Job;
  readonly guard: SharedArrayBuffer;
}

export type JobOutcome =
  | { readonly kind: 'done'; readonly answer: JobAnswers[JobKind] }
  /** The input's fault: what the client may know of it. */
  | { readonly kind: 'refused'; readonly problem: ProblemInit };
