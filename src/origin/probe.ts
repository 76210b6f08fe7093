import { guessNitsPerUnit, headroomStops, luminance } from '../codec/luminance.ts';
import { toBt709 } from '../codec/primaries.ts';
import { DEFAULT_LIMITS, read, sniff } from '../formats/index.ts';
import type { Probe } from './jobs.ts';

/**
 * Reads an HDR file to its last pixel, so that whoever accepts it knows that it can be rendered, and measures it. Throws
 * FormatError.
 */
export async function probe(body: Uint8Array, { maxPixels }: { readonly maxPixels: number }): Promise<Probe> {
  const picture = await read(body, { ...DEFAULT_LIMITS, maxPixels });
  const y = luminance(toBt709(picture).data);
  const headroom = headroomStops(y, picture.nitsPerUnit ?? guessNitsPerUnit(y));
  return { kind: sniff(body) ?? 'unknown', width: picture.width, height: picture.height, headroom };
}
