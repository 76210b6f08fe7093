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

/** Passes a stream on and hashes its first `length` bytes: SHA-256, hexadecimal. */
export function digestPrefix(length: number): {
  stream: TransformStream<Uint8Array, Uint8Array>;
  digest: Promise<string>;
} {
  const hash = new crypto.DigestStream('SHA-256');
  const writer = hash.getWriter();
  let left = length;
  const stream = new TransformStream<Uint8Array, Uint8Array>({
    async transform(chunk, controller) {
      if (left > 0) {
        await writer.write(chunk.subarray(0, left));
        left = Math.max(0, left - chunk.length);
      }
      controller.enqueue(chunk);
    },
    flush: () => writer.close(),
  });
  return { stream, digest: hash.digest.then(hex) };
}

export function hex(bytes: ArrayBuffer): string {
  return Array.from(new Uint8Array(bytes), (byte) => byte.toString(16).padStart(2, '0')).join('');
}
