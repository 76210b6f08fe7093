export type FormatErrorCode =
  /** No bytes at all. */
  | 'empty'
  /** No format that is read here. */
  | 'unsupported_format'
  /** A known format, in a variant that is not read here. */
  | 'unsupported_feature'
  /** More pixels, or a longer side, than the limits allow; found in the header, before anything is allocated. */
  | 'too_large'
  /** Truncated or corrupt. */
  | 'damaged'
  /** A pixel is NaN or infinite. */
  | 'non_finite_pixels'
  /** An SDR picture where only an HDR one makes sense. */
  | 'not_hdr';

/** What the readers refuse, by a stable code; the message says why and names nothing but the file. */
export class FormatError extends Error {
  readonly code: FormatErrorCode;

  constructor(code: FormatErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'FormatError';
    this.code = code;
  }
}

export const damaged = (message: string, cause?: unknown): FormatError =>
  new FormatError('damaged', message, cause === undefined ? undefined : { cause });
