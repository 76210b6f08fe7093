import type { PqOutput, ErrorReport } from '../protocol.ts';

/** What the worker that makes Ultra HDR JPEGs is told and what it answers. Only structured-cloneable values, and types alone. */

export interface MakeRequest {
  /** Names the picture in the answer. */
  readonly id: number;
  /** The base JPEG up to its EOI. */
  readonly base: Blob;
  readonly picture: PqOutput;
  /** log2(peak / 203 cd/m²), in stops. */
  readonly headroom: number;
  /** Where libjpeg-turbo's `libjpegturbowasm_decode.wasm` is: an absolute URL. */
  readonly jpegWasmUrl: string;
}

export type MakeResponse = { readonly id: number } & (
  { readonly type: 'made'; readonly jpeg: Blob } | ErrorReport
);
