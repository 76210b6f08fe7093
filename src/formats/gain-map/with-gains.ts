import { applyMatrix, conversion, type Chromaticities } from '../chromaticities.ts';
import { inNamedPrimaries, lightOf, type Codes, type Colour, type ReadPicture } from '../colour/colour.ts';
import { applyGains, type GainFormula } from './apply.ts';

/**
 * The HDR picture of an SDR base and its gain map.
 *
 * @param gainsIn the primaries that the gains are of where they are not the base's
 */
export function withGains(
  base: Codes,
  colour: Colour,
  map: Codes,
  gainsIn: Chromaticities | null,
  formula: GainFormula,
): ReadPicture {
  const { width, height } = base;
  const data = lightOf(base, colour);
  const matrix = gainsIn && conversion(colour.chromaticities, gainsIn);
  if (matrix) applyMatrix(data, matrix);
  applyGains(data, base, map, formula);
  const chromaticities = matrix ? gainsIn : colour.chromaticities;
  return { width, height, ...inNamedPrimaries(data, width, { ...colour, chromaticities }), hdr: true };
}
