import { ProblemError } from '../../delivery/problem.ts';
import type { ProblemInit } from '../../delivery/problem.ts';
import type { Variant } from '../../delivery/variant.ts';
import type { Env } from '../env.ts';
import { encode, OriginBusyError, OriginError } from '../origin.ts';
import { isCurrent } from '../store/pointers.ts';
import type { Master } from '../store/pointers.ts';
import {
  baseDigestOf,
  findRendition,
  formatOf,
  OtherBaseError,
  storeRendition,
} from '../store/renditions.ts';
import type { Rendition, RenditionKind } from '../store/renditions.ts';
import { StorageError } from '../store/storage-error.ts';

/** What to render, as it travels to the gate. */
export interface RenderOrder {
  /** Under which the rendition is stored; also names the gate. */
  readonly name: string;
  readonly key: string;
  readonly generation: string;
  readonly master: Master;
  readonly variant: Variant;
  readonly kind: RenditionKind;
  /** Of the base that a layered file must begin with. */
  readonly baseName: string;
  /** The `traceparent` of who asked first. */
  readonly trace?: string | undefined;
}

/** How it went, as it travels back: an error's class would be lost on the way. */
export type RenderOutcome =
  | { readonly result: 'stored'; readonly rendition: Rendition }
  | { readonly result: 'superseded' }
  | { readonly result: 'other-base' }
  | { readonly result: 'busy'; readonly retryAfter: number }
  | { readonly result: 'refused'; readonly problem: ProblemInit }
  | { readonly result: 'failed'; readonly message: string };

/**
 * Renders and stores what is not stored yet. A rendering that the bucket lost is sent for once more: it was a stream, and
 * there is no second copy of it.
 */
export async function render(env: Env, order: RenderOrder): Promise<RenderOutcome> {
  try {
    try {
      return await renderOnce(env, order);
    } catch (error) {
      if (!(error instanceof StorageError)) throw error;
      return await renderOnce(env, order);
    }
  } catch (error) {
    return outcomeOf(error);
  }
}

async function renderOnce(env: Env, order: RenderOrder): Promise<RenderOutcome> {
  const { name, key, generation, master, variant, kind, baseName } = order;
  const stored = await findRendition(env, name);
  if (stored !== null) return { result: 'stored', rendition: stored };
  const base = kind === 'layered' ? await findRendition(env, baseName) : null;
  const digest = base === null ? undefined : await baseDigestOf(env, base);
  const rendering = await encode(
    env,
    { key, master },
    {
      ...variant,
      ...(kind === 'base' ? { layers: 0 } : {}),
      format: formatOf(kind),
    },
  );
  const rendition = await storeRendition(env, name, rendering, { key, kind, base: digest });
  if (await isCurrent(env, key, generation)) return { result: 'stored', rendition };
  // Whoever took its place has looked for renditions to delete already.
  await env.RENDITIONS.delete(name);
  return { result: 'superseded' };
}

function outcomeOf(error: unknown): RenderOutcome {
  if (error instanceof OtherBaseError) return { result: 'other-base' };
  if (error instanceof OriginBusyError) return { result: 'busy', retryAfter: error.retryAfter };
  if (error instanceof ProblemError) {
    const { status, code, title, detail } = error;
    return { result: 'refused', problem: { status, code, title, detail } };
  }
  if (error instanceof OriginError) {
    if (error.cause !== undefined) console.error(`the origin failed: ${error.message}`, error.cause);
    return { result: 'failed', message: error.message };
  }
  console.error(error);
  return { result: 'failed', message: 'the edge failed' };
}
