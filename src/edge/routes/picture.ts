import { cutPlan } from '../../container/index.ts';
import type { LayoutIndex, Part } from '../../container/index.ts';
import { afterglowField } from '../../delivery/afterglow-field.ts';
import type { Sent } from '../../delivery/afterglow-field.ts';
import { cacheKey } from '../../delivery/cache-key.ts';
import { namesTag } from '../../delivery/conditional.ts';
import { entityTag } from '../../delivery/etag.ts';
import { wantsValidation } from '../../delivery/headers.ts';
import { negotiate } from '../../delivery/negotiate.ts';
import type { Decision } from '../../delivery/negotiate.ts';
import { parseParameters } from '../../delivery/parameters.ts';
import { ProblemError } from '../../delivery/problem.ts';
import { knownPointer } from '../cache/pointers.ts';
import type { KnownPointer } from '../cache/pointers.ts';
import { forgetRendition } from '../cache/renditions.ts';
import type { Routed } from '../env.ts';
import { notModified, respond } from '../respond.ts';
import { notReady, select } from '../select.ts';
import type { Selection } from '../select.ts';
import { readPointer } from '../store/pointers.ts';
import type { Pointer } from '../store/pointers.ts';
import { renditionVersion } from '../store/renditions.ts';
import { forClient } from '../store/storage-error.ts';

/** How often a picture may be uploaded anew or deleted while one request looks for it. */
const MOST_TRIES = 3;

/** `GET|HEAD /images/{key}`: decide, find the rendition, cut what was decided out of it. */
export async function getPicture(c: Routed, key: string): Promise<Response> {
  const parameters = parseParameters(new URL(c.req.url).searchParams);
  const request = c.req.raw.headers;
  const decision = negotiate(parameters, (name) => request.get(name));
  const fresh = wantsValidation(request.get('Cache-Control'), request.get('Pragma'));
  try {
    for (let tries = 0; tries < MOST_TRIES; tries++) {
      const known = await knownPointer(c.env, key, fresh || tries > 0);
      if (known === null) throw noPicture();
      const answer = await answerFrom(c, known, withoutEnlarging(decision, known.pointer));
      if (answer !== null) return answer;
    }
  } catch (error) {
    throw forClient(error);
  }
  throw notReady(1);
}

/** Answers from the generation that a pointer names; `null` if another one takes its place between two reads. */
async function answerFrom(
  c: Routed,
  { pointer, age }: KnownPointer,
  decision: Decision,
): Promise<Response | null> {
  const key = cacheKey(renditionVersion(c.env, pointer), decision);
  const { vary, reason } = decision;
  const settled = { etag: entityTag(key, { pending: false }), vary, reason, age, tag: pointer.generation };
  // Who has the settled bytes need not wait until they are found, or even rendered anew.
  if (namesTag(c.req.raw.headers.get('If-None-Match'), settled.etag)) {
    const unchanged = notModified(c, { ...settled, provisional: false });
    if (unchanged !== null) return unchanged;
  }
  const selection = await select(c.env, pointer, decision, (promise) => {
    c.executionCtx.waitUntil(promise);
  });
  if (selection === null) return null;
  const { parts, sent } = represent(selection, decision);
  const provisional = selection.standIn !== undefined;
  const etag = entityTag(key, { pending: provisional });
  const answer = { ...settled, etag, provisional, afterglow: afterglowField(sent) };
  const response = await respond(c, { rendition: selection.rendition, parts }, answer);
  if (response === null) forgetRendition(selection.rendition.name);
  return response;
}

export async function pointerOf(c: Routed, key: string): Promise<Pointer> {
  const pointer = await readPointer(c.env, key);
  if (pointer === null) throw noPicture();
  return pointer;
}

function noPicture(): ProblemError {
  return new ProblemError({
    status: 404,
    code: 'not_found',
    title: 'Not found',
    detail: 'There is no picture under this key.',
  });
}

/** A width of the master's or more is the master's: nothing is enlarged, nor stored twice. */
function withoutEnlarging(decision: Decision, { probe }: Pointer): Decision {
  const { w, ...rest } = decision.variant;
  return w !== undefined && w >= probe.width ? { ...decision, variant: rest } : decision;
}

/** What a rendition can give of a decision; less is said, not refused. */
function represent(
  { rendition: { index }, standIn }: Selection,
  { hdr, layers }: Decision,
): { parts: Part[]; sent: Sent } {
  const pending = standIn === 'pending';
  if (hdr === 'gainmap' && hasGainMap(index)) {
    return { parts: cutPlan(index, { hdr }), sent: { representation: 'gainmap' } };
  }
  if (hdr === '1' && index.kind === 'layered' && index.layers.length > 0) {
    const of = index.layers.length;
    return {
      parts: cutPlan(index, { hdr, layers }),
      sent: { representation: 'layered', layers: Math.min(layers ?? of, of), of, model: index.modelId },
    };
  }
  return { parts: cutPlan(index, { hdr: '0' }), sent: { representation: 'sdr', pending } };
}

export function hasGainMap(index: LayoutIndex): boolean {
  return index.kind === 'layered' && index.gainMap !== null;
}
