import { REFERENCE_WHITE } from '../../codec/luminance.ts';
import { pqDecode } from '../../codec/pq.ts';
import { srgbDecode } from '../../codec/srgb.ts';

/** From a signal in [0, 1] to light, where 1.0 is SDR white, 203 cd/m²; of HLG to the light of the scene, in [0, 1]. */
export type Curve = (signal: number) => number;

/** cd/m² of HLG's nominal peak, at which its OOTF is taken (ITU-R BT.2100-3, table 5). */
export const HLG_PEAK = 1000;
/** System gamma at that peak (BT.2100-3, table 5, note 5e). */
const HLG_GAMMA = 1.2;

export const srgb: Curve = srgbDecode;
export const linear: Curve = (signal) => signal;
export const pq: Curve = (signal) => pqDecode(signal) / REFERENCE_WHITE;
export const gamma =
  (exponent: number): Curve =>
  (signal) =>
    Math.max(signal, 0) ** exponent;

const A = 0.17883277;
const B = 1 - 4 * A;
const C = 0.5 - A * Math.log(4 * A);
/** The inverse OETF of HLG (BT.2100-3, table 5). */
export const hlg: Curve = (signal) =>
  signal <= 0.5 ? signal ** 2 / 3 : (Math.exp((signal - C) / A) + B) / 12;

/** The inverse of BT.709's OETF (BT.709-6, item 1.2). */
export const bt709Oetf: Curve = (signal) =>
  signal < 0.081 ? signal / 4.5 : ((signal + 0.099) / 1.099) ** (1 / 0.45);

/**
 * HLG's light of the scene → that of its display of 1000 cd/m², in place, 1.0 for 203 cd/m²: each pixel times its luminance to the
 * power of 0.2 (BT.2100-3, table 5, OOTF).
 *
 * @param weights of luminance in R, G and B
 */
export function applyHlgOotf(data: Float32Array, [wr, wg, wb]: readonly [number, number, number]): void {
  const peak = HLG_PEAK / REFERENCE_WHITE;
  for (let i = 0; i < data.length; i += 3) {
    const luminance = wr * data[i]! + wg * data[i + 1]! + wb * data[i + 2]!;
    const scale = luminance > 0 ? peak * luminance ** (HLG_GAMMA - 1) : 0;
    for (let c = 0; c < 3; c++) data[i + c]! *= scale;
  }
}
