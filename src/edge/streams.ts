/** Cuts a stream into pieces of `size` bytes, the last one shorter; an empty stream has none. */
export async function* partsOf(stream: ReadableStream<Uint8Array>, size: number): AsyncGenerator<Uint8Array> {
  const reader = stream.getReader();
  let part = new Uint8Array(size);
  let filled = 0;
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) break;
      for (let at = 0; at < value.length;) {
        const taken = value.subarray(at, at + size - filled);
        part.set(taken, filled);
        filled += taken.length;
        at += taken.length;
        if (filled === size) {
          yield part;
          part = new Uint8Array(size);
          filled = 0;
        }
      }
    }
    if (filled > 0) yield part.subarray(0, filled);
  } finally {
    reader.releaseLock();
  }
}

/**
 * Reads what is left of a request's body, up to a limit, and throws it away. Many a client reads no answer before it has sent
 * everything, and would see a reset connection instead of the problem.
 */
export async function drain(stream: ReadableStream<Uint8Array> | null): Promise<void> {
  if (stream === null || stream.locked) return;
  const reader = stream.getReader();
  try {
    for (let bytes = 0; bytes <= MOST_DRAINED_BYTES;) {
      const { done, value } = await reader.read();
      if (done) return;
      bytes += value.length;
    }
    await reader.cancel();
  } catch {
    // The client is gone; so is whoever would read the answer.
  }
}

const MOST_DRAINED_BYTES = 64 * 1024 * 1024;

/** A stream broke off before its end: the fault of whoever sends it, not of whoever takes it. */
export class BrokenOffError extends Error {
  constructor(cause: unknown) {
    super('the stream broke off', { cause });
    this.name = 'BrokenOffError';
  }
}

/**
 * Copies a stream, chunk by chunk as `inspect` lets them pass; whatever goes wrong breaks both ends.
 *
 * @throws BrokenOffError if the source breaks; what `inspect` throws; what the sink does
 */
export async function copy(
  source: ReadableStream<Uint8Array>,
  sink: WritableStream<Uint8Array>,
  inspect: (chunk: Uint8Array) => Promise<void>,
): Promise<void> {
  const reader = source.getReader();
  const writer = sink.getWriter();
  try {
    for (;;) {
      const { done, value } = await reader.read().catch((cause: unknown) => {
        throw new BrokenOffError(cause);
      });
      if (done) break;
      await inspect(value);
      await writer.write(value);
    }
    await writer.close();
  } catch (error) {
    await Promise.allSettled([reader.cancel(error), writer.abort(error)]);
    throw error;
  }
}

/** A digest of the first `length` bytes of chunks: their SHA-256, hexadecimal, is told once, as soon as it is known. */
export function digestPrefix(
  length: number,
  tell: (digest: string) => void,
): (chunk: Uint8Array) => Promise<void> {
  const hash = new crypto.DigestStream('SHA-256');
  const writer = hash.getWriter();
  let left = length;
  return async (chunk) => {
    if (left === 0) return;
    const taken = chunk.subarray(0, left);
    left -= taken.length;
    await writer.write(taken);
    if (left > 0) return;
    await writer.close();
    tell(hex(await hash.digest));
  };
}

/** SHA-256 of a whole stream, hexadecimal. */
export async function digestOf(stream: ReadableStream): Promise<string> {
  const hash = new crypto.DigestStream('SHA-256');
  await stream.pipeTo(hash);
  return hex(await hash.digest);
}

export function hex(bytes: ArrayBuffer): string {
  return Array.from(new Uint8Array(bytes), (byte) => byte.toString(16).padStart(2, '0')).join('');
}
