import { parseLayoutIndex } from '../../container/index.ts';
import type { LayoutIndex } from '../../container/index.ts';
import { variantKey } from '../../delivery/cache-key.ts';
import type { Variant } from '../../delivery/negotiate.ts';
import type { Env } from '../env.ts';
import { OriginError } from '../origin.ts';
import type { Rendering } from '../origin.ts';
import { digestPrefix, hex } from '../streams.ts';

/** The base alone is rendered first, so that a picture can be answered early; then the layered file. */
export type RenditionKind = 'base' | 'layered';

export interface Rendition {
  readonly name: string;
  readonly etag: string;
  /** Where its parts are; kept beside the object, so that a cut needs no read of it. */
  readonly index: LayoutIndex;
}

export function renditionName(generation: string, variant: Variant, kind: RenditionKind): string {
  return `${generation}/${variantKey(variant)}/${kind}.jpg`;
}

export async function findRendition(env: Env, name: string): Promise<Rendition | null> {
  const object = await env.RENDITIONS.head(name);
  return object === null ? null : describe(object);
}

/**
 * Stores a rendering under a name that nothing is stored under yet: the first write wins, since its entity tag is out in
 * the world. Answers what is stored and, if this write won, the SHA-256 of the base that it begins with.
 *
 * @throws OriginError if the rendering breaks off
 */
export async function storeRendition(
  env: Env,
  name: string,
  { body, bytes, layout }: Rendering,
): Promise<{ rendition: Rendition; baseDigest?: string }> {
  const prefix = digestPrefix(parseLayoutIndex(layout).base.length);
  const whole = new FixedLengthStream(bytes);
  const giveUp = new AbortController();
  const piping = body.pipeThrough(prefix.stream).pipeTo(whole.writable, { signal: giveUp.signal });
  // A pipe that breaks breaks the put, which says so.
  piping.catch(() => undefined);
  let put: R2Object | null;
  try {
    put = await env.RENDITIONS.put(name, whole.readable, {
      onlyIf: { etagDoesNotMatch: '*' },
      httpMetadata: { contentType: 'image/jpeg' },
      customMetadata: { layout },
    });
  } catch (cause) {
    giveUp.abort();
    throw new OriginError('its answer broke off', { cause });
  }
  if (put !== null) {
    await piping;
    return { rendition: describe(put), baseDigest: await prefix.digest };
  }
  giveUp.abort();
  const winner = await findRendition(env, name);
  if (winner === null) throw new OriginError('its answer was superseded while it was stored');
  return { rendition: winner };
}

/** SHA-256 of the base that a rendition begins with, hexadecimal; empty if the rendition is gone. */
export async function baseDigestOf(env: Env, { name, etag, index }: Rendition): Promise<string> {
  const base = await env.RENDITIONS.get(name, { range: index.base, onlyIf: { etagMatches: etag } });
  if (base === null || !('body' in base)) return '';
  const hash = new crypto.DigestStream('SHA-256');
  await base.body.pipeTo(hash);
  return hex(await hash.digest);
}

/** Deletes all renditions of a generation. */
export async function removeGeneration(env: Env, generation: string): Promise<void> {
  for (;;) {
    const { objects, truncated } = await env.RENDITIONS.list({ prefix: `${generation}/` });
    if (objects.length > 0) await env.RENDITIONS.delete(objects.map(({ key }) => key));
    if (!truncated) return;
  }
}

function describe(object: R2Object): Rendition {
  return {
    name: object.key,
    etag: object.etag,
    index: parseLayoutIndex(object.customMetadata?.layout ?? ''),
  };
}
