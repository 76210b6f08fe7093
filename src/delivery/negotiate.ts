import { names, parseAccept, qualityOf } from './accept.ts';
import { hintedWidth, layersForNetwork, NETWORK_HINTS, WIDTH_HINTS } from './client-hints.ts';
import type { HeaderReader } from './client-hints.ts';
import type { HdrParameter, PictureParameters } from './parameters.ts';

/** The media type by which a client says that it decodes the layers. */
export const LAYERED_MEDIA_TYPE = 'image/vnd.afterglow';
const JPEG = 'image/jpeg';

/** Why a representation was chosen. */
export type Reason = 'url' | 'accept' | 'network' | 'default';

/** A change of the master: what to render before anything is cut. */
export interface Variant {
  /** Width in pixels; absent: the master's own. */
  readonly w?: number;
  /** JPEG quality of the base; absent: the origin's default. */
  readonly q?: number;
}

export interface Decision {
  readonly hdr: HdrParameter;
  /** At most this many layers; absent: all of them. Only with `hdr` = '1'. */
  readonly layers?: number;
  readonly variant: Variant;
  readonly reason: Reason;
  /** The request headers that this choice could have depended on, present or not (RFC 9110 §12.5.5). */
  readonly vary: readonly string[];
}

/** Decides what a request gets: the URL first, then `Accept`, then the client hints. */
export function negotiate(parameters: PictureParameters, header: HeaderReader): Decision {
  const { hdr, layers, reason } = representation(parameters, header);
  const w = parameters.w ?? hintedWidth(header);
  const vary = [
    ...(parameters.hdr === undefined && parameters.layers !== 0 ? ['Accept', ...NETWORK_HINTS] : []),
    ...(parameters.w === undefined ? WIDTH_HINTS : []),
  ];
  return {
    hdr,
    ...(hdr === '1' && layers !== undefined ? { layers } : {}),
    variant: {
      ...(w === undefined ? {} : { w }),
      ...(parameters.q === undefined ? {} : { q: parameters.q }),
    },
    reason,
    vary,
  };
}

interface Choice {
  readonly hdr: HdrParameter;
  readonly layers?: number | undefined;
  readonly reason: Reason;
}

function representation(parameters: PictureParameters, header: HeaderReader): Choice {
  if (parameters.layers === 0 && parameters.hdr !== 'gainmap') return { hdr: '0', reason: 'url' };
  if (parameters.hdr !== undefined) {
    return { hdr: parameters.hdr, layers: parameters.layers, reason: 'url' };
  }
  if (!selectsLayers(header('Accept'))) return { hdr: '0', reason: 'default' };
  const bearable = layersForNetwork(header);
  if (bearable >= (parameters.layers ?? Infinity)) {
    return { hdr: '1', layers: parameters.layers, reason: 'accept' };
  }
  return bearable === 0 ? { hdr: '0', reason: 'network' } : { hdr: '1', layers: bearable, reason: 'network' };
}

/**
 * Layers go only to those who name them, with q > 0 and no less than what they give a plain JPEG: a wildcard comes from
 * clients that would show the base and throw the rest away.
 */
function selectsLayers(accept: string | null): boolean {
  const ranges = parseAccept(accept);
  if (!names(ranges, LAYERED_MEDIA_TYPE)) return false;
  const quality = qualityOf(ranges, LAYERED_MEDIA_TYPE);
  return quality > 0 && quality >= qualityOf(ranges, JPEG);
}
