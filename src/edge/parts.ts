import type { Part } from '../container/index.ts';
import { cachedPart, fillCache } from './cache/bodies.ts';
import type { Env } from './env.ts';
import type { Rendition } from './store/renditions.ts';

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

/** A body, and whether all of it came from the cache. */
export interface Opened {
  readonly body: ReadableStream<Uint8Array>;
  readonly hit: boolean;
}

/**
 * Streams parts of a rendition, one after the other, from the cache or else from the bucket; `null` if the bucket no longer
 * has it. One part, which is every answer without a gain map, is handed through as it comes, and no byte of it passes
 * through the heap. A miss is reported with what would fill the cache.
 */
export async function openParts(
  env: Env,
  rendition: Rendition,
  parts: readonly Part[],
  missed: (fill: () => Promise<void>) => void,
): Promise<Opened | null> {
  let hit = true;
  const open = async (range: Part): Promise<ReadableStream<Uint8Array> | null> => {
    const cached = hit ? await cachedPart(rendition, range) : undefined;
    if (cached !== undefined) return cached;
    if (hit) missed(() => fillCache(env.RENDITIONS, rendition));
    hit = false;
    const { name, etag } = rendition;
    const object = await env.RENDITIONS.get(name, { range, onlyIf: { etagMatches: etag } });
    return object !== null && 'body' in object ? object.body : null;
  };
  const [first, ...rest] = parts;
  const start = first === undefined ? null : await open(first);
  if (start === null) return null;
  if (rest.length === 0) return { body: start, hit };
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
  return { body: whole.readable, hit };
}
