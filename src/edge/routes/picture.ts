import { cutPlan } from '../../container/index.ts';
import type { LayoutIndex, Part } from '../../container/index.ts';
import { afterglowField } from '../../delivery/afterglow-field.ts';
import type { Sent } from '../../delivery/afterglow-field.ts';
import { cacheKey } from '../../delivery/cache-key.ts';
import { matchesNoneMatch } from '../../delivery/conditional.ts';
import { entityTag } from '../../delivery/etag.ts';
import { pictureHeaders } from '../../delivery/headers.ts';
import { negotiate } from '../../delivery/negotiate.ts';
import type { Decision } from '../../delivery/negotiate.ts';
import { parseParameters } from '../../delivery/parameters.ts';
import { ProblemError } from '../../delivery/problem.ts';
import { contentRange, parseRange, rangeApplies } from '../../delivery/range.ts';
import type { Routed } from '../env.ts';
import { sizeOf, sliceParts, streamParts } from '../parts.ts';
import { notReady, select } from '../select.ts';
import type { Selection } from '../select.ts';
import { readPointer } from '../store/pointers.ts';
import type { Pointer } from '../store/pointers.ts';

/** How often a picture may be uploaded anew or deleted while one request looks for it. */
const MOST_TRIES = 3;

/** `GET|HEAD /images/{key}`: decide, find the rendition, cut what was decided out of it. */
export async function getPicture(c: Routed, key: string): Promise<Response> {
  const parameters = parseParameters(new URL(c.req.url).searchParams);
  const request = c.req.raw.headers;
  const decision = negotiate(parameters, (name) => request.get(name));
  for (let tries = 0; tries < MOST_TRIES; tries++) {
    const pointer = await pointerOf(c, key);
    const answer = await answerFrom(c, pointer, withoutEnlarging(decision, pointer));
    if (answer !== null) return answer;
  }
  throw notReady(1);
}

/** Answers from the generation that a pointer names; `null` if another one takes its place between two reads. */
async function answerFrom(c: Routed, pointer: Pointer, decision: Decision): Promise<Response | null> {
  const request = c.req.raw.headers;
  const selection = await select(c.env, pointer, decision, (promise) => {
    c.executionCtx.waitUntil(promise);
  });
  if (selection === null) return null;
  const { parts, sent } = represent(selection, decision);
  const provisional = selection.standIn !== undefined;
  const etag = entityTag(cacheKey(pointer.generation, decision), { pending: provisional });
  const answer = { etag, vary: decision.vary, provisional, reason: decision.reason };

  if (matchesNoneMatch(request.get('If-None-Match'), etag)) {
    return new Response(null, { status: 304, headers: pictureHeaders(answer) });
  }
  const headers = new Headers(pictureHeaders({ ...answer, afterglow: afterglowField(sent) }));
  headers.set('Content-Type', 'image/jpeg');
  headers.set('Accept-Ranges', 'bytes');

  const size = sizeOf(parts);
  const range = rangeApplies(request.get('If-Range'), etag)
    ? parseRange(c.req.method === 'GET' ? request.get('Range') : null, size)
    : ({ kind: 'whole' } as const);
  if (range.kind === 'unsatisfiable') throw unsatisfiable(size);
  const { offset, length } = range.kind === 'part' ? range : { offset: 0, length: size };
  if (range.kind === 'part') headers.set('Content-Range', contentRange(offset, length, size));
  headers.set('Content-Length', String(length));

  if (c.req.method === 'HEAD') return new Response(null, { headers });
  const body = await streamParts(c.env.RENDITIONS, selection.rendition, sliceParts(parts, offset, length));
  if (body === null) return null;
  return new Response(body, { status: range.kind === 'part' ? 206 : 200, headers });
}

export async function pointerOf(c: Routed, key: string): Promise<Pointer> {
  const pointer = await readPointer(c.env, key);
  if (pointer !== null) return pointer;
  throw new ProblemError({
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

function unsatisfiable(size: number): ProblemError {
  return new ProblemError({
    status: 416,
    code: 'range_not_satisfiable',
    title: 'Range not satisfiable',
    detail: `The representation has ${size} bytes.`,
    headers: { 'Content-Range': `bytes */${size}` },
  });
}
