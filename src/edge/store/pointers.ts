import type { Env } from '../env.ts';
import { readJson } from './json-object.ts';

/** What the origin found out about a master before it was published. */
export interface Probe {
  /** The format: `exr`, `hdr`, … */
  readonly kind: string;
  /** Pixels, as the picture is shown. */
  readonly width: number;
  /** Pixels. */
  readonly height: number;
  /** An SDR picture is sent as a plain JPEG, whatever is asked for. */
  readonly hdr: boolean;
  /** log2(peak / 203 cd/m²), in stops. */
  readonly headroom: number;
}

/** Where the object of a master is, and which bytes it must have. */
export interface Master {
  /** Its name in MASTERS. */
  readonly name: string;
  /** R2's entity tag: an object that was written anew is another master. */
  readonly etag: string;
  readonly bytes: number;
  /** Hexadecimal. */
  readonly sha256: string;
}

/**
 * What makes an upload public: written last, and replaced as a whole, so that a key always means one whole master.
 */
export interface Pointer {
  readonly key: string;
  /** Names one rendering of one upload; all its renditions carry it. */
  readonly generation: string;
  /** The job that renders the picture itself, with the encoder of then. */
  readonly job: string;
  /** The version of the encoder when this was published. */
  readonly encoder: string;
  readonly master: Master;
  readonly probe: Probe;
  /** ISO 8601. */
  readonly uploadedAt: string;
}

export function pointerName(key: string): string {
  return `images/${key}.json`;
}

export async function readPointer(env: Env, key: string): Promise<Pointer | null> {
  return (await readJson<Pointer>(env.MASTERS, pointerName(key)))?.value ?? null;
}

/** Whether a generation still is what its key means: an upload or a deletion since then supersedes it. */
export async function isCurrent(env: Env, key: string, generation: string): Promise<boolean> {
  return (await readPointer(env, key))?.generation === generation;
}
