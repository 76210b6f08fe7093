import { createHash } from 'node:crypto';
import { bodyTooLarge, digestMismatch } from './problems.ts';

/**
 * Reads a body of at most `limit` bytes, whose SHA-256 was signed, into memory of its own (so that it can be transferred).
 * Throws ProblemError `body_too_large` (before or while it arrives) and `digest_mismatch`.
 */
export async function readBody(
  request: Request,
  limit: number,
  digest: string,
): Promise<Uint8Array<ArrayBuffer>> {
  const announced = Number(request.headers.get('Content-Length') ?? Number.NaN);
  if (announced > limit) throw bodyTooLarge(limit);

  // With a length announced, which Node holds the body to, the bytes need to be held only once.
  const body = new GrowingBuffer(Number.isNaN(announced) ? 0 : announced);
  const hash = createHash('sha256');
  for await (const chunk of request.body ?? []) {
    if (body.length + chunk.length > limit) throw bodyTooLarge(limit);
    hash.update(chunk);
    body.append(chunk);
  }
  if (hash.digest('hex') !== digest) throw digestMismatch();
  return body.take();
}

class GrowingBuffer {
  #bytes: Uint8Array<ArrayBuffer>;
  length = 0;

  constructor(capacity: number) {
    this.#bytes = new Uint8Array(capacity);
  }

  append(chunk: Uint8Array): void {
    const length = this.length + chunk.length;
    if (length > this.#bytes.length) {
      const larger = new Uint8Array(Math.max(length, 2 * this.#bytes.length));
      larger.set(this.#bytes.subarray(0, this.length));
      this.#bytes = larger;
    }
    this.#bytes.set(chunk, this.length);
    this.length = length;
  }

  take(): Uint8Array<ArrayBuffer> {
    return this.length === this.#bytes.length ? this.#bytes : this.#bytes.slice(0, this.length);
  }
}
