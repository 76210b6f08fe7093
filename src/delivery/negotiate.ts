import { names, parseAccept, qualityOf } from './accept.ts';
import {
  hintedNetwork,
  hintedWidth,
  NETWORK_HINTS,
  savesData,
  WIDTH_HINTS,
  WIDTH_LADDER,
} from './client-hints.ts';
import type { HeaderReader, Network } from './client-hints.ts';
import { fileFormat, JPEG } from './file-format.ts';
import type { FileFormat } from './file-format.ts';
import type { HdrParameter, PictureParameters } from './parameters.ts';
import { variantOf } from './variant.ts';
import type { Variant } from './variant.ts';

/** The media type by which a client says that it decodes the layers. */
export const LAYERED_MEDIA_TYPE = 'image/vnd.afterglow';

/** Why a representation was chosen. */
export type Reason = 'url' | 'accept' | 'network' | 'default';

export interface Decision {
  readonly hdr: HdrParameter;
  /** A file of its own instead of a JPEG; `hdr` then says nothing. */
  readonly format?: FileFormat;
  /** At most this many layers; absent: all of them. Only with `hdr` = '1'. */
  readonly layers?: number;
  /** How many of them is a matter of this network; which is known with the bytes of each. Only with `hdr` = '1'. */
  readonly network?: Network;
  readonly variant: Variant;
  readonly reason: Reason;
  /** The request headers that this choice could have depended on, present or not (RFC 9110 §12.5.5). */
  readonly vary: readonly string[];
}

/**
 * Decides what a request gets: the URL first, then `Accept`, then the client hints. Hinted widths are rounded up to `ladder`,
 * pixels in ascending order.
 *
 * @throws ProblemError 400 `invalid_parameter` if `dpr` makes a side too long
 */
export function negotiate(
  parameters: PictureParameters,
  header: HeaderReader,
  ladder: readonly number[] = WIDTH_LADDER,
): Decision {
  const open = parameters.w === undefined && parameters.h === undefined;
  const width = open ? hintedWidth(header, parameters.dpr, ladder) : undefined;
  const variant = variantOf(parameters);
  const format = fileFormat(parameters.format);
  const byHeaders = format === undefined && parameters.hdr === undefined && parameters.layers !== 0;
  return {
    ...(format === undefined
      ? representation(parameters, header)
      : { hdr: '0' as const, format, reason: 'url' as const }),
    variant: width === undefined ? variant : { ...variant, w: width },
    vary: [
      ...(byHeaders ? ['Accept', ...NETWORK_HINTS] : []),
      ...(open ? WIDTH_HINTS.filter((name) => name !== 'Sec-CH-DPR' || parameters.dpr === undefined) : []),
    ],
  };
}

type Choice = Pick<Decision, 'hdr' | 'layers' | 'network' | 'reason'>;

function representation({ hdr, layers }: PictureParameters, header: HeaderReader): Choice {
  const most = layers === undefined ? {} : { layers };
  if (layers === 0 && hdr !== 'gainmap') return { hdr: '0', reason: 'url' };
  if (hdr !== undefined) return { hdr, ...(hdr === '1' ? most : {}), reason: 'url' };
  if (!selectsLayers(header('Accept'))) return { hdr: '0', reason: 'default' };
  if (savesData(header)) return { hdr: '0', reason: 'network' };
  const network = hintedNetwork(header);
  return { hdr: '1', ...most, ...(network === undefined ? {} : { network }), reason: 'accept' };
}

/**
 * Layers go only to those who name them, with q > 0 and no less than what they give a plain JPEG: a wildcard comes from
 * clients that would show the base and throw the rest away.
 */
function selectsLayers(accept: string | null): boolean {
  const ranges = parseAccept(accept);
  if (!names(ranges, LAYERED_MEDIA_TYPE)) return false;
  const quality = qualityOf(ranges, LAYERED_MEDIA_TYPE);
  return quality > 0 && quality >= qualityOf(ranges, JPEG.mediaType);
}
