import type { Decision } from './negotiate.ts';
import { variantKey } from './variant.ts';

/** The canonical name of a representation: `sdr`, `gainmap`, `layered` (every layer) or `layered.2`. */
export function representationKey({ hdr, layers }: Pick<Decision, 'hdr' | 'layers'>): string {
  if (hdr === 'gainmap') return 'gainmap';
  if (hdr === '0') return 'sdr';
  return layers === undefined ? 'layered' : `layered.${layers}`;
}

/**
 * The canonical name of an answer's bytes. A `generation` names one rendering of one upload, so that equal keys are equal
 * bytes.
 */
export function cacheKey(generation: string, decision: Pick<Decision, 'variant' | 'hdr' | 'layers'>): string {
  return `${generation}/${variantKey(decision.variant)}/${representationKey(decision)}`;
}
