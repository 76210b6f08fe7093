/** What pages and their service worker tell each other. Only structured-cloneable values, and types alone. */

/** From a page: whether its screen shows HDR now and its user saves no data. */
export interface ScreenMessage {
  readonly type: 'afterglow-screen';
  readonly shows: boolean;
}

/** From the service worker, which has no workers of its own: decode this. A port comes with it, for the answers. */
export interface DecodeMessage {
  readonly type: 'afterglow-decode';
  /** A layered file; layers may be missing at its end. */
  readonly file: Blob;
}

/** From the page, on that port: `working` again and again, then one of the others. */
export type DecodeAnswer =
  | { readonly type: 'working' }
  | { readonly type: 'made'; readonly jpeg: Blob }
  | { readonly type: 'failed'; readonly code: string };

/** Milliseconds between two `working`. */
export const PULSE = 2_000;
