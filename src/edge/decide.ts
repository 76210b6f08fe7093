import { parseParameters } from '../delivery/parameters.ts';
import type { PictureParameters } from '../delivery/parameters.ts';
import { limitVariant } from '../delivery/limits.ts';
import { negotiate } from '../delivery/negotiate.ts';
import type { Decision } from '../delivery/negotiate.ts';
import { withPreset } from '../delivery/presets.ts';
import type { Routed } from './env.ts';
import { limits, presets } from './guards/settings.ts';
import type { Pointer } from './store/pointers.ts';

/** What a request asks for, as far as it can be said without the picture. */
export interface Wish {
  readonly parameters: PictureParameters;
  readonly decision: Decision;
}

/** Reads a request: its query, with what presets add to it, then its headers. @throws ProblemError 400 */
export function readWish(c: Routed): Wish {
  const { searchParams } = new URL(c.req.url);
  const parameters = withPreset(parseParameters(searchParams), presets(c.env));
  const { headers } = c.req.raw;
  const decision = negotiate(parameters, (name) => headers.get(name), limits(c.env).ladder);
  return { parameters, decision };
}

/** A decision about a picture of a known size, within the operator's limits. @throws ProblemError 400 */
export function settle(c: Routed, decision: Decision, { probe }: Pointer): Decision {
  const variant = limitVariant(decision.variant, probe, limits(c.env));
  if (probe.hdr) return { ...decision, variant };
  // There are no layers to wait for. What the choice could have depended on is still said: the next master may be HDR.
  const { format, reason, vary } = decision;
  return { hdr: '0', ...(format === undefined ? {} : { format }), variant, reason, vary };
}
