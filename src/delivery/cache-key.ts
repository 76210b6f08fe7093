import type { Decision } from './negotiate.ts';
import { variantKey } from './variant.ts';

/** The canonical name of a representation: `sdr`, `gainmap`, `layered` (every layer), `layered.2`, or the name of a format. */
export function representationKey({
  hdr,
  layers,
  format,
}: Pick<Decision, 'hdr' | 'layers' | 'format'>): string {
  if (format !== undefined) return format;
  if (hdr === 'gainmap') return 'gainmap';
  if (hdr === '0') return 'sdr';
  return layers === undefined ? 'layered' : `layered.${layers}`;
}

/**
 * The canonical name of an answer's bytes. A `generation` names one rendering of one upload, so that equal keys are equal
 * bytes.
 */
export function cacheKey(
  generation: string,
  decision: Pick<Decision, 'variant' | 'hdr' | 'layers' | 'format'>,
): string {
  return `${generation}/${variantKey(decision.variant)}/${representationKey(decision)}`;
}
