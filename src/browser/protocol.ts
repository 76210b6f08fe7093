import type { Primaries } from '../codec/picture.ts';
import type { Rect } from '../codec/planes.ts';
import type { WebProvider } from '../inference/web.ts';
import type { LinearPicture } from './linear-picture.ts';

/** What the decoder worker is told and what it answers. Only structured-cloneable values, and types alone. */

/** Where the worker finds what it loads: absolute URLs, folders with a slash at their end. */
export interface DecoderAssets {
  /** Folder of the models' `manifest.json`. */
  readonly modelsUrl: string;
  /** Folder of onnxruntime-web's `.wasm` and `.mjs` files. */
  readonly runtimeUrl: string;
  /** libjpeg-turbo's `libjpegturbowasm_decode.wasm`. */
  readonly jpegWasmUrl: string;
}

/** Sent once, before anything else. */
export interface ConfigureRequest {
  readonly type: 'configure';
  readonly assets: DecoderAssets;
  readonly executionProviders?: readonly WebProvider[] | undefined;
}

/** An absolute URL to fetch, a file's bytes, or bytes that come in `chunk` messages until one is null. */
export type DecodeSource =
  | { readonly url: string; readonly headers?: Readonly<Record<string, string>> | undefined }
  | { readonly bytes: Uint8Array }
  | { readonly streamed: true };

export interface PictureOptions {
  /** At most so many layers; all that are there if absent. */
  readonly layers?: number | undefined;
  /** Whether the final picture passes through the post-processing network; true if absent. As in the codec's DecodeOptions. */
  readonly post?: boolean | undefined;
  /**
   * `each` (the default): a picture after every layer. `newest`: none for a layer whose successor has arrived by then, so that
   * on a fast link the final picture is not kept waiting.
   */
  readonly pictures?: 'each' | 'newest' | undefined;
  /**
   * Whether parts of the restored base are told of as they are there, before any layer is decoded. Of a file whose model restores
   * nothing before its layers there are none.
   */
  readonly tiles?: boolean | undefined;
  /**
   * `linear` (the default): half floats to show at any exposure. `standard` and `extended`: what a canvas of that kind
   * takes as it is, so that the page's own thread has nothing to compute. `pq`: what the codec computed, to measure.
   */
  readonly output?: 'linear' | 'standard' | 'extended' | 'pq' | undefined;
}

export interface OpenRequest {
  readonly type: 'open';
  /** Names the job in every message about it. */
  readonly id: number;
  readonly source: DecodeSource;
  readonly options: PictureOptions;
}

export interface CancelRequest {
  readonly type: 'cancel';
  readonly id: number;
}

/** The next bytes of a streamed source; null after the last ones. */
export interface ChunkRequest {
  readonly type: 'chunk';
  readonly id: number;
  readonly bytes: Uint8Array | null;
}

/** What is looked at now, in pixels of the picture; null for nothing in particular. */
export interface FocusRequest {
  readonly type: 'focus';
  readonly id: number;
  readonly rect: Rect | null;
}

export type WorkerRequest = ConfigureRequest | OpenRequest | ChunkRequest | FocusRequest | CancelRequest;

/** PQ signal in [0, 1], (h, w, 3) interleaved R G B. */
export interface PqOutput {
  readonly encoding: 'pq';
  readonly width: number;
  readonly height: number;
  readonly data: Float32Array;
  readonly primaries: Primaries;
}

/** Signals for a 2D canvas, (h, w, 4) interleaved R G B A in sRGB. */
export interface StandardOutput {
  readonly encoding: 'standard';
  readonly width: number;
  readonly height: number;
  readonly data: Uint8ClampedArray<ArrayBuffer>;
}

/** As StandardOutput, but half floats, of which 1.0 is SDR white. */
export interface ExtendedOutput {
  readonly encoding: 'extended';
  readonly width: number;
  readonly height: number;
  readonly data: Uint16Array<ArrayBuffer>;
}

export type DecodedPicture = LinearPicture | StandardOutput | ExtendedOutput | PqOutput;

/** The base is there to the last byte: any `<img>` shows it. */
export interface BaseState {
  readonly type: 'base';
  readonly jpeg: Blob;
}

/** The file has layers. */
export interface HeaderState {
  readonly type: 'header';
  readonly width: number;
  readonly height: number;
  /** log2(peak / 203 cd/m²), in stops. */
  readonly headroom: number;
  readonly model: string;
  /** Bytes of each layer in the file, in order. */
  readonly layers: readonly number[];
}

/** A part of the picture as it is without any layer; the parts do not overlap. */
export interface TileState {
  readonly type: 'tile';
  /** Pixels from the left and from the top. */
  readonly x: number;
  readonly y: number;
  /** The whole picture's size. */
  readonly width: number;
  readonly height: number;
  readonly picture: DecodedPicture;
}

/** A picture to show. The last one is `final`; it has passed post-processing unless that was declined. */
export interface LayerState {
  readonly type: 'layer';
  /** Layers in the picture. */
  readonly layer: number;
  /** Layers in the file. */
  readonly of: number;
  readonly final: boolean;
  readonly picture: DecodedPicture;
}

/** Nothing more will come. */
export interface DoneState {
  readonly type: 'done';
  /** Layers that were decoded; 0 for an SDR picture. */
  readonly layers: number;
  /** Whether the server said that more is still being encoded (`Afterglow: …;pending`). */
  readonly pending: boolean;
  /** The execution provider that ran the networks; null if there was no layer to decode. */
  readonly provider: string | null;
}

export type DecodeState = BaseState | HeaderState | TileState | LayerState | DoneState;

/** An error as it travels; see `DecodeError` for the codes. */
export interface ErrorReport {
  readonly type: 'error';
  readonly code: string;
  readonly message: string;
  /** Seconds after which the server said that another attempt may succeed. */
  readonly retryAfter?: number | undefined;
}

export type WorkerResponse = (DecodeState | ErrorReport) & { readonly id: number };
