import type { Part } from '../container/index.ts';

/** How many bytes several parts are together. */
export function sizeOf(parts: readonly Part[]): number {
  return parts.reduce((sum, { length }) => sum + length, 0);
}

/** Bytes `offset` to `offset + length` of what the parts are, one after the other, again as parts. */
export function sliceParts(parts: readonly Part[], offset: number, length: number): Part[] {
  let at = 0;
  return parts.flatMap((part) => {
    const from = Math.max(offset - at, 0);
    const to = Math.min(offset + length - at, part.length);
    at += part.length;
    return from < to ? [{ offset: part.offset + from, length: to - from }] : [];
  });
}

/**
 * Streams parts of an object, one after the other; `null` if the object is no longer the one that `etag` names. One part,
 * which is every answer without a gain map, is handed through as the bucket gives it.
 */
export async function streamParts(
  bucket: R2Bucket,
  { name, etag }: { readonly name: string; readonly etag: string },
  parts: readonly Part[],
): Promise<ReadableStream<Uint8Array> | null> {
  const open = async (range: Part): Promise<ReadableStream<Uint8Array> | null> => {
    const object = await bucket.get(name, { range, onlyIf: { etagMatches: etag } });
    return object !== null && 'body' in object ? object.body : null;
  };
  const [first, ...rest] = parts;
  const start = first === undefined ? null : await open(first);
  if (start === null || rest.length === 0) return start;
  const whole = new FixedLengthStream(sizeOf(parts));
  const piping = async (): Promise<void> => {
    await start.pipeTo(whole.writable, { preventClose: true });
    for (const part of rest) {
      const next = await open(part);
      if (next === null) throw new Error('the rendition was deleted while it was sent');
      await next.pipeTo(whole.writable, { preventClose: true });
    }
    await whole.writable.close();
  };
  piping().catch((error: unknown) => whole.writable.abort(error));
  return whole.readable;
}
