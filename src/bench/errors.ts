export type BenchErrorCode = 'no_pictures' | 'points_invalid' | 'peer_failed' | 'hdrvdp_failed';

/** `code` is stable; the message is for people. */
export class BenchError extends Error {
  readonly code: BenchErrorCode;

  constructor(code: BenchErrorCode, message: string) {
    super(message);
    this.name = 'BenchError';
    this.code = code;
  }
}
