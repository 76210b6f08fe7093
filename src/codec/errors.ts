export type CodecErrorCode =
  | 'sdr_size_mismatch'
  | 'model_mismatch'
  | 'model_required'
  | 'base_size_mismatch'
  | 'invalid_option'
  | 'no_layers'
  | 'unreasonable_tiles'
  | 'unreasonable_scale';

/** What the codec refuses, by a stable code; the message says what to do. */
export class CodecError extends Error {
  readonly code: CodecErrorCode;

  constructor(code: CodecErrorCode, message: string) {
    super(message);
    this.name = 'CodecError';
    this.code = code;
  }
}
