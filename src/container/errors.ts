/** What the container refuses, by a stable code. */
export type ContainerErrorCode =
  // The base JPEG
  | 'not_jpeg'
  | 'invalid_jpeg'
  | 'truncated_jpeg'
  | 'unsupported_jpeg'
  | 'base_mismatch'
  | 'damaged_base'
  // The header box
  | 'damaged_header'
  | 'invalid_header'
  | 'unsupported_version'
  // Layers and the gain-map part
  | 'no_such_layer'
  | 'truncated_layer'
  | 'damaged_layer'
  | 'no_gain_map'
  | 'truncated_gain_map'
  | 'damaged_gain_map'
  // What a caller hands in
  | 'invalid_index'
  | 'invalid_argument';

/** The only exception that reading a file, of any bytes, ever throws. */
export class ContainerError extends Error {
  readonly code: ContainerErrorCode;

  constructor(code: ContainerErrorCode, message: string) {
    super(message);
    this.name = 'ContainerError';
    this.code = code;
  }
}
