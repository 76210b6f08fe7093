import { REFERENCE_WHITE } from '../codec/luminance.ts';
import type { Colour } from './colour/colour.ts';
import { HLG_PEAK } from './colour/transfer.ts';

/**
 * Stops above 203 cd/m² by the brightest pixel that a file says it has, or by what HLG is shown at; null where neither is known.
 *
 * @param maxNits cd/m²
 */
export function headroomOf(transfer: Colour['transfer'], maxNits: number | null): number | null {
  if (transfer === 'sdr') return null;
  if (maxNits !== null) return stops(maxNits);
  return transfer === 'hlg' ? stops(HLG_PEAK) : null;
}

function stops(nits: number): number {
  return Math.max(0, Math.log2(nits / REFERENCE_WHITE));
}
