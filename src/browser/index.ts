export { Decoder, type DecodeOptions, type DecoderOptions } from './decoder.ts';
export { Focus } from './focus.ts';
export { DecodeError } from './error-report.ts';
export { SDR_WHITE, type LinearPicture } from './linear-picture.ts';
export type {
  BaseState,
  DecodedPicture,
  DecoderAssets,
  DecodeState,
  DoneState,
  HeaderState,
  LayerState,
  PictureOptions,
  PqOutput,
  TileState,
} from './protocol.ts';
export { display, isHighDynamicRange, type DisplayOptions } from './display/display.ts';
export type { DisplayKind } from './display/renderer.ts';

import { defineHdrImage } from './element/hdr-image.ts';

export { configureDecoder } from './element/shared-decoder.ts';
export { defineHdrImage, HdrImage, type HdrImageEventMap } from './element/hdr-image.ts';
export type { DynamicRange } from './element/dynamic-range.ts';
export type { LayerShown } from './element/enhancement.ts';

// Servers import this for its types and functions; there are no elements there.
if ('customElements' in globalThis) defineHdrImage();
