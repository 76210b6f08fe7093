export { decode, LayeredDecoder, type PqPicture } from './decode.ts';
export { DEFAULT_LAYERS, DEFAULT_QUALITY, encode } from './encode.ts';
export { CodecError, type CodecErrorCode } from './errors.ts';
export type { JpegCoder, JpegOptions } from './jpeg-coder.ts';
export type {
  Family,
  Glow2026Description,
  Glow2026Networks,
  Han2020Description,
  Han2020Networks,
  ModelDescription,
  Networks,
  Tensor,
  TileGeometry,
} from './networks.ts';
export type {
  CodecParts,
  DecodeOptions,
  DecodeParts,
  EncodeOptions,
  EncodeProgress,
  GainMapBase,
} from './options.ts';
export { PRIMARIES, type HdrPicture, type Primaries, type SdrPicture } from './picture.ts';
export { pqDecode, pqEncode } from './pq.ts';
