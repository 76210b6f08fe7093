import { capFreshness } from '../../delivery/freshness.ts';
import { ProblemError } from '../../delivery/problem.ts';
import { verifyUrl } from '../../delivery/signed-url.ts';
import type { UrlFault } from '../../delivery/signed-url.ts';
import { asksForRendering } from '../../delivery/signing-scope.ts';
import type { Routed } from '../env.ts';
import { signing } from './settings.ts';

const DETAILS = {
  missing: 'This address must be signed: `expires`, `keyid` and `signature` belong to its query.',
  malformed: 'The signature of this address is malformed.',
  forged: 'The signature does not fit this method, path and query.',
  expired: 'This address was good until a time that has passed.',
} satisfies Record<UrlFault, string>;

/**
 * Answers a request for a picture if its URL is signed, or need not be. An answer to a URL that expires is kept by caches no
 * longer than the URL is good. `fetches`: the address names a remote source, which in the mode `transforms` is signed always,
 * since every such address may make a new picture.
 *
 * @throws ProblemError 403 `signature_required`, `signature_invalid`, `signature_expired`
 */
export async function whenSigned(
  c: Routed,
  { fetches }: { readonly fetches: boolean },
  answer: () => Promise<Response>,
): Promise<Response> {
  const { mode, keys } = signing(c.env);
  const url = new URL(c.req.url);
  if (mode === 'off' || (mode === 'transforms' && !fetches && !asksForRendering(url.searchParams))) {
    return answer();
  }
  const now = Date.now() / 1000;
  const verified = await verifyUrl(c.req.method, url, keys, now);
  if (!verified.ok) throw signatureProblem(verified.fault);
  const response = await answer();
  const caching = response.headers.get('Cache-Control');
  if (verified.expires === undefined || caching === null) return response;
  const ending = new Response(response.body, response);
  ending.headers.set('Cache-Control', capFreshness(caching, verified.expires - now));
  return ending;
}

/** What to say of a signature that does not open anything. */
export function signatureProblem(fault: UrlFault): ProblemError {
  const [code, title] =
    fault === 'missing'
      ? ['signature_required', 'Signature required']
      : fault === 'expired'
        ? ['signature_expired', 'Signature expired']
        : ['signature_invalid', 'Signature invalid'];
  return new ProblemError({ status: 403, code, title, detail: DETAILS[fault] });
}
