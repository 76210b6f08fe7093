export { Decoder, type DecodeOptions, type DecoderOptions } from './decoder.ts';
export { DecodeError } from './error-report.ts';
export { linearPicture, SDR_WHITE, type LinearPicture } from './linear-picture.ts';
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
} from './protocol.ts';
export { display, isHighDynamicRange, type DisplayOptions } from './display/display.ts';
export type { DisplayKind } from './display/renderer.ts';
