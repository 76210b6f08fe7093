import { afterglowField } from '../../delivery/afterglow-field.ts';
import { cacheKey } from '../../delivery/cache-key.ts';
import { namesTag } from '../../delivery/conditional.ts';
import { contentDisposition } from '../../delivery/content-disposition.ts';
import { cutLayers } from '../../delivery/cut-layers.ts';
import { entityTag } from '../../delivery/etag.ts';
import { mediaFormat } from '../../delivery/file-format.ts';
import { wantsValidation } from '../../delivery/headers.ts';
import type { Decision } from '../../delivery/negotiate.ts';
import { ProblemError } from '../../delivery/problem.ts';
import { knownPointer } from '../cache/pointers.ts';
import type { KnownPointer } from '../cache/pointers.ts';
import { forgetRendition } from '../cache/renditions.ts';
import { readWish, settle } from '../decide.ts';
import type { Routed } from '../env.ts';
import { transferBudget } from '../guards/settings.ts';
import { bytesByLayers, represent } from '../represent.ts';
import { notModified, respond } from '../respond.ts';
import { notReady, select } from '../select.ts';
import { readPointer } from '../store/pointers.ts';
import type { Pointer } from '../store/pointers.ts';
import { renditionVersion } from '../store/renditions.ts';
import { forClient } from '../store/storage-error.ts';

/** How often a picture may be uploaded anew or deleted while one request looks for it. */
const MOST_TRIES = 3;

/** `GET|HEAD /images/{key}`: decide, find the rendition, cut what was decided out of it. */
export async function getPicture(c: Routed, key: string): Promise<Response> {
  const { parameters, decision } = readWish(c);
  const request = c.req.raw.headers;
  const fresh = wantsValidation(request.get('Cache-Control'), request.get('Pragma'));
  try {
    for (let tries = 0; tries < MOST_TRIES; tries++) {
      const known = await knownPointer(c.env, key, fresh || tries > 0);
      if (known === null) throw noPicture();
      const answer = await answerFrom(c, known, settle(c, decision, known.pointer));
      if (answer === null) continue;
      const { download } = parameters;
      if (download !== undefined)
        answer.headers.set(
          'Content-Disposition',
          contentDisposition(download, key, mediaFormat(decision.format)),
        );
      return answer;
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
  const version = renditionVersion(c.env, pointer);
  const answerTo = (chosen: Decision, provisional: boolean) => ({
    etag: entityTag(cacheKey(version, chosen), { pending: provisional }),
    vary: chosen.vary,
    reason: chosen.reason,
    age,
    tag: pointer.generation,
    provisional,
  });
  const settled = answerTo(decision, false);
  // Who has the settled bytes need not wait until they are found, or even rendered anew; unless the network decides which.
  if (decision.network === undefined && namesTag(c.req.raw.headers.get('If-None-Match'), settled.etag)) {
    const unchanged = notModified(c, settled);
    if (unchanged !== null) return unchanged;
  }
  const selection = await select(c.env, pointer, decision, (promise) => {
    c.executionCtx.waitUntil(promise);
  });
  if (selection === null) return null;
  const { rendition, standIn } = selection;
  const provisional = standIn !== undefined;
  const chosen = provisional
    ? decision
    : cutLayers(decision, transferBudget(c.env), bytesByLayers(rendition.index));
  const { parts, sent } = represent(selection, chosen, pointer.probe);
  const answer = { ...answerTo(chosen, provisional), afterglow: afterglowField(sent) };
  const { mediaType } = mediaFormat(chosen.format);
  const response = await respond(c, { rendition, parts, mediaType }, answer);
  if (response === null) forgetRendition(rendition.name);
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
