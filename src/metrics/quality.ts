import { asDisplayed, luminanceOf } from './display.ts';
import { itpOf, meanDeltaEItp } from './delta-e-itp.ts';
import { psnr } from './psnr.ts';
import { PU21_PEAK, pu21Of } from './pu21.ts';
import { ssim, structureOf, type Structure } from './ssim.ts';

export interface Quality {
  /** PSNR of PU21-encoded luminance, in dB. */
  readonly puPsnrY: number;
  /** SSIM of PU21-encoded luminance. */
  readonly puSsim: number;
  /** PSNR of PU21-encoded red, green and blue, in dB. */
  readonly puPsnrRgb: number;
  /** Mean ΔE ITP: the smaller the better. */
  readonly deItp: number;
}

/** What pictures are compared with; everything that does not depend on them is computed once. */
export class QualityReference {
  readonly #structure: Structure;
  readonly #rgb: Float64Array;
  readonly #itp: Float64Array;

  /** @param light interleaved linear BT.709 (h, w, 3), absolute, in cd/m² */
  constructor(light: Float32Array, width: number, height: number) {
    const shown = asDisplayed(light);
    this.#structure = structureOf(pu21Of(luminanceOf(shown)), width, height);
    this.#rgb = pu21Of(shown);
    this.#itp = itpOf(shown);
  }

  /** @throws RangeError for a picture of another size */
  compare(light: Float32Array): Quality {
    if (light.length !== this.#rgb.length)
      throw new RangeError('Pictures of different sizes have no distance.');
    const shown = asDisplayed(light);
    const { width, height, values } = this.#structure;
    const y = pu21Of(luminanceOf(shown));
    return {
      puPsnrY: psnr(values, y, PU21_PEAK),
      puSsim: ssim(this.#structure, structureOf(y, width, height), PU21_PEAK),
      puPsnrRgb: psnr(this.#rgb, pu21Of(shown), PU21_PEAK),
      deItp: meanDeltaEItp(this.#itp, itpOf(shown)),
    };
  }
}
