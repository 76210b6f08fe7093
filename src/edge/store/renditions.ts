import { parseLayoutIndex } from '../../container/index.ts';
import type { LayoutIndex } from '../../container/index.ts';
import { parseEncoderVersion } from '../../delivery/encoder-version.ts';
import { mediaFormat } from '../../delivery/file-format.ts';
import type { FileFormat } from '../../delivery/file-format.ts';
import { variantKey } from '../../delivery/variant.ts';
import type { Variant } from '../../delivery/variant.ts';
import { forgetBodies } from '../cache/bodies.ts';
import type { Env } from '../env.ts';
import { OriginError } from '../origin.ts';
import type { Rendering } from '../origin.ts';
import { BrokenOffError, copy, digestOf, digestPrefix } from '../streams.ts';
import type { Pointer } from './pointers.ts';
import { StorageError } from './storage-error.ts';

/**
 * The base alone is rendered first, so that a picture can be answered early; then the layered file. Files of other formats are
 * rendered for who asks for them.
 */
export type RenditionKind = 'base' | 'layered' | FileFormat;

/** The last thing that is rendered of a picture: an SDR picture has nothing behind its base. */
export function lastKind({ probe }: Pointer): 'base' | 'layered' {
  return probe.hdr ? 'layered' : 'base';
}

export interface Rendition {
  readonly name: string;
  readonly etag: string;
  /** Bytes of the whole file. */
  readonly bytes: number;
  /** Where its parts are; kept beside the object, so that a cut needs no read of it. */
  readonly index: LayoutIndex;
}

/** The origin no longer renders the base that is out in the world: this rendering does not begin with it. */
export class OtherBaseError extends Error {
  constructor() {
    super('the rendering begins with another base');
    this.name = 'OtherBaseError';
  }
}

/** What all renditions of an upload by one encoder begin their names, entity tags and cache keys with. */
export function renditionVersion(env: Env, { generation }: { readonly generation: string }): string {
  return `${generation}/${parseEncoderVersion(env.ENCODER_VERSION)}`;
}

export function renditionName(version: string, variant: Variant, kind: RenditionKind): string {
  const name = kind === 'base' || kind === 'layered' ? `${kind}.jpg` : `picture.${kind}`;
  return `${version}/${variantKey(variant)}/${name}`;
}

/** The format of a rendition that is no JPEG. */
export function formatOf(kind: RenditionKind): FileFormat | undefined {
  return kind === 'base' || kind === 'layered' ? undefined : kind;
}

export async function findRendition(env: Env, name: string): Promise<Rendition | null> {
  const object = await env.RENDITIONS.head(name);
  return object === null ? null : describe(object);
}

/**
 * Stores a rendering under a name that nothing is stored under yet: the first write wins, since its entity tag is out in
 * the world. Nothing of it can be read before all of it is there. `base`: the SHA-256 of the bytes that it must begin with.
 *
 * @throws OriginError if the rendering breaks off
 * @throws OtherBaseError if it begins with another base
 * @throws StorageError if the bucket does
 */
export async function storeRendition(
  env: Env,
  name: string,
  rendering: Rendering,
  {
    key,
    kind,
    base,
  }: { readonly key: string; readonly kind: RenditionKind; readonly base?: string | undefined },
): Promise<Rendition> {
  const { layout, bytes, body } = rendering;
  const whole = new FixedLengthStream(bytes);
  const checkBase = digestPrefix(parseLayoutIndex(layout).base.length, (digest) => {
    if (base !== undefined && digest !== base) throw new OtherBaseError();
  });
  // A copy that breaks breaks the put, and says why.
  const fault = copy(body, whole.writable, checkBase).then(
    () => undefined,
    (error: unknown) => error,
  );
  let put: R2Object | null;
  try {
    put = await env.RENDITIONS.put(name, whole.readable, {
      onlyIf: { etagDoesNotMatch: '*' },
      httpMetadata: { contentType: mediaFormat(formatOf(kind)).mediaType },
      customMetadata: { layout, key },
    });
  } catch (cause) {
    await whole.readable.cancel(cause).catch(() => undefined);
    const first = await fault;
    if (first instanceof OtherBaseError) throw first;
    if (first instanceof BrokenOffError) throw new OriginError('its answer broke off', { cause: first });
    throw cause instanceof StorageError ? cause : new StorageError('put', { cause });
  }
  if (put !== null) return describe(put);
  await whole.readable.cancel().catch(() => undefined);
  const winner = await findRendition(env, name);
  if (winner === null) throw new OriginError('its answer was superseded while it was stored');
  return winner;
}

/** SHA-256 of the base that a rendition begins with, hexadecimal; `undefined` if the rendition is gone. */
export async function baseDigestOf(env: Env, { name, etag, index }: Rendition): Promise<string | undefined> {
  const base = await env.RENDITIONS.get(name, { range: index.base, onlyIf: { etagMatches: etag } });
  return base !== null && 'body' in base ? digestOf(base.body) : undefined;
}

/** Deletes all renditions of a generation, and their copies in the cache of this data centre. */
export async function removeGeneration(env: Env, generation: string): Promise<void> {
  for (;;) {
    const { objects, truncated } = await env.RENDITIONS.list({ prefix: `${generation}/` });
    if (objects.length > 0) await env.RENDITIONS.delete(objects.map(({ key }) => key));
    await forgetBodies(objects.map(({ key, etag }) => ({ name: key, etag })));
    if (!truncated) return;
  }
}

function describe(object: R2Object): Rendition {
  return {
    name: object.key,
    etag: object.etag,
    bytes: object.size,
    index: parseLayoutIndex(object.customMetadata?.layout ?? ''),
  };
}
