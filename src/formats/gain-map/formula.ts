import { bt709Oetf } from '../colour/transfer.ts';
import type { GainFormula } from './apply.ts';
import type { GainMapMetadata } from './metadata.ts';

/** ISO 21496-1, clause 6.2, at the full weight of the map. A negative light, which the offsets can leave, is none. */
export function isoFormula({ min, max, gamma, offsetSdr, offsetHdr }: GainMapMetadata): GainFormula {
  return {
    value: (code, c) => min[c]! + code ** (1 / gamma[c]!) * (max[c]! - min[c]!),
    light: (base, value, c) => Math.max(0, (base + offsetSdr[c]!) * 2 ** value - offsetHdr[c]!),
  };
}

/**
 * Apple's: the map says in BT.709's curve how much of the headroom a pixel takes ("Applying Apple HDR effect to your photos").
 *
 * @param headroom the picture's peak over SDR white, at least 1
 */
export function appleFormula(headroom: number): GainFormula {
  return {
    value: (code) => bt709Oetf(code),
    light: (base, value) => base * (1 + (headroom - 1) * value),
  };
}
