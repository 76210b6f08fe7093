import { headroomStops, luminance } from '../codec/luminance.ts';
import { DEFAULT_LIMITS, read, sniff } from '../formats/index.ts';
import type { Probe } from './jobs.ts';
import type { RenderParts } from './render.ts';
import { scaled } from './transform/index.ts';

/**
 * Reads a picture file to its last pixel, so that whoever accepts it knows that it can be rendered, and measures it. Throws
 * FormatError.
 */
export async function probe(
  body: Uint8Array,
  { maxPixels, limits }: Pick<RenderParts, 'maxPixels' | 'limits'>,
): Promise<Probe> {
  const source = await read(body, { ...DEFAULT_LIMITS, ...limits, maxPixels });
  const { width, height, hdr } = source;
  const { data, nitsPerUnit } = scaled(source);
  const headroom = hdr ? headroomStops(luminance(data), nitsPerUnit) : 0;
  return { kind: sniff(body) ?? 'unknown', width, height, hdr, headroom };
}
