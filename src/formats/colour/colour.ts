import { REFERENCE_WHITE } from '../../codec/luminance.ts';
import type { HdrPicture } from '../../codec/picture.ts';
import {
  applyMatrix,
  luminanceWeights,
  resolveChromaticities,
  type Chromaticities,
} from '../chromaticities.ts';
import { damaged } from '../errors.ts';
import { cleanSamples } from '../samples.ts';
import { applyHlgOotf, type Curve } from './transfer.ts';

/** What code values mean as light. */
export interface Colour {
  readonly chromaticities: Chromaticities;
  /** Of R, G and B. */
  readonly curves: readonly [Curve, Curve, Curve];
  /** PQ and HLG say light beyond SDR white; for HLG the curves give the light of the scene. */
  readonly transfer: 'sdr' | 'pq' | 'hlg';
}

export interface Codes {
  readonly width: number;
  readonly height: number;
  /** (h, w, 3) code values. */
  readonly data: Uint8Array | Uint16Array;
  /** The code value of the signal 1.0. */
  readonly white: number;
}

/** What a picture that its format marks as HDR or SDR by its contents is read to. */
export type ReadPicture = HdrPicture & { readonly hdr: boolean };

/**
 * Code values → linear light in named primaries, 1.0 for 203 cd/m².
 *
 * @throws FormatError `damaged` for chromaticities that span no colours
 */
export function linearise(codes: Codes, colour: Colour): ReadPicture {
  const { width, height } = codes;
  return { width, height, ...inNamedPrimaries(lightOf(codes, colour), width, colour) };
}

/** Code values → what the curves say they are. */
export function lightOf({ data: codes, white }: Codes, colour: Colour): Float32Array {
  const tables = tablesOf(colour, white);
  const data = new Float32Array(codes.length);
  for (let i = 0; i < codes.length; i += 3)
    for (let c = 0; c < 3; c++) data[i + c] = tables[c]![codes[i + c]!]!;
  return data;
}

/** Light by a colour's curves → in named primaries; the samples are brought there in place. */
export function inNamedPrimaries(
  data: Float32Array,
  width: number,
  { chromaticities, transfer }: Colour,
): Pick<ReadPicture, 'data' | 'primaries' | 'nitsPerUnit' | 'hdr'> {
  const resolved = resolveChromaticities(chromaticities);
  if (!resolved) throw damaged('the colours of the picture are described by chromaticities that span none');
  if (transfer === 'hlg') applyHlgOotf(data, luminanceWeights(chromaticities));
  if (resolved.matrix) applyMatrix(data, resolved.matrix);
  return {
    data: cleanSamples(data, width),
    primaries: resolved.primaries,
    nitsPerUnit: REFERENCE_WHITE,
    hdr: transfer !== 'sdr',
  };
}

/** One table where all curves are the same; a code above `white`, which a damaged file can have, is white. */
function tablesOf({ curves }: Colour, white: number): readonly Float32Array[] {
  const size = white < 256 ? 256 : 65_536;
  const table = (curve: Curve): Float32Array => {
    const values = new Float32Array(size);
    for (let code = 0; code < size; code++) values[code] = curve(Math.min(code / white, 1));
    return values;
  };
  const first = table(curves[0]);
  return [first, ...curves.slice(1).map((curve) => (curve === curves[0] ? first : table(curve)))];
}
