import { CHROMATICITIES, type Chromaticities } from '../chromaticities.ts';
import { FormatError } from '../errors.ts';
import type { Colour } from './colour.ts';
import { gamma, hlg, linear, pq, srgb, type Curve } from './transfer.ts';

const D65 = [0.3127, 0.329] as const;
const C = [0.31, 0.316] as const;

/** ITU-T H.273, table 2. 2 is "unspecified", which readers take for BT.709. */
const PRIMARIES: Readonly<Record<number, Chromaticities>> = {
  1: CHROMATICITIES.bt709,
  2: CHROMATICITIES.bt709,
  4: [0.67, 0.33, 0.21, 0.71, 0.14, 0.08, ...C],
  5: [0.64, 0.33, 0.29, 0.6, 0.15, 0.06, ...D65],
  6: [0.63, 0.34, 0.31, 0.595, 0.155, 0.07, ...D65],
  7: [0.63, 0.34, 0.31, 0.595, 0.155, 0.07, ...D65],
  8: [0.681, 0.319, 0.243, 0.692, 0.145, 0.049, ...C],
  9: CHROMATICITIES.bt2020,
  11: [0.68, 0.32, 0.265, 0.69, 0.15, 0.06, 0.314, 0.351],
  12: CHROMATICITIES['display-p3'],
  22: [0.63, 0.34, 0.295, 0.605, 0.155, 0.077, ...D65],
};

/**
 * ITU-T H.273, table 3. The camera curves (1, 6, 14, 15) are taken for sRGB's, as browsers do: stills that say them were made for
 * the display that they were seen on.
 */
const TRANSFERS: Readonly<Record<number, Curve>> = {
  1: srgb,
  2: srgb,
  4: gamma(2.2),
  5: gamma(2.8),
  6: srgb,
  8: linear,
  13: srgb,
  14: srgb,
  15: srgb,
  16: pq,
  18: hlg,
};

export interface Cicp {
  readonly primaries: number;
  readonly transfer: number;
}

export const SRGB: Cicp = { primaries: 1, transfer: 13 };

/** @throws FormatError `unsupported_feature` for codes that no picture for screens has */
export function colourOfCicp({ primaries, transfer }: Cicp): Colour {
  const chromaticities = PRIMARIES[primaries];
  const curve = TRANSFERS[transfer];
  if (!chromaticities || !curve)
    throw new FormatError(
      'unsupported_feature',
      `colours of the primaries ${primaries} and the transfer characteristics ${transfer} (ITU-T H.273) are not read`,
    );
  return { chromaticities, curves: [curve, curve, curve], transfer: transferOf(transfer) };
}

export function transferOf(transfer: number): Colour['transfer'] {
  if (transfer === 16) return 'pq';
  return transfer === 18 ? 'hlg' : 'sdr';
}
