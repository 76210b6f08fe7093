import { encodeJpeg, type JpegPlanes } from './jpeg/index.ts';
import { adjustedLuma } from './luma-adjustment.ts';
import type { SdrPicture } from './picture.ts';

/**
 * Quantisation step of the base for a quality of 1…100: code values, the same for all frequencies. Flat tables cost the
 * fewest bytes at equal PU21-PSNR and at equal PU21-SSIM of the HDR picture. Steps are coarse for a JPEG of that number,
 * and fall slowly: layers refine the picture with fewer bytes than the base can.
 */
export function baseStep(quality: number): number {
  return Math.max(1, Math.round(28 * 2 ** ((80 - quality) / (quality > 80 ? 25 : 45))));
}

/**
 * Quantisation step, the same for all frequencies, that looks about as a JPEG of this quality (1…100) does with libjpeg's tables: half of
 * their mean weighs as much, since it is the low frequencies, finer in them, that are seen.
 */
function sdrStep(quality: number): number {
  return Math.max(1, Math.round((24 * (quality < 50 ? 5000 / quality : 200 - 2 * quality)) / 100));
}

/** How finely a base is coded. */
export interface BaseQuality {
  /** Of the whole file, 1…100. */
  readonly quality: number;
  /** What the base looks like at least, by itself, as a JPEG's quality: 1…100. */
  readonly sdrQuality?: number | undefined;
}

/**
 * Tone-mapped and coded for the HDR picture that is decoded from it: a tone curve for a given rate, luma that makes up
 * for 4:2:0, and coefficients chosen by rate and distortion.
 *
 * @param reference PQ planes (3, h, w)
 * @param curve code values at equally spaced PQ values
 */
export function rateOptimisedBase(
  reference: Float32Array,
  curve: Float64Array,
  width: number,
  height: number,
  quality: BaseQuality,
): Uint8Array {
  const planes = adjustedLuma(reference, curve, width, height);
  return encode(planes, quality);
}

/** The same coding for a picture that is tone-mapped already. */
export function codeTonemapped(sdr: SdrPicture, quality: BaseQuality): Uint8Array {
  const { width, height, data } = sdr;
  const across = Math.ceil(width / 2);
  const y = new Float32Array(width * height);
  const cb = new Float32Array(across * Math.ceil(height / 2)).fill(128);
  const cr = new Float32Array(cb.length).fill(128);
  for (let row = 0, i = 0; row < height; row++) {
    for (let x = 0; x < width; x++, i++) {
      const [r, g, b] = [data[3 * i]!, data[3 * i + 1]!, data[3 * i + 2]!];
      const luma = 0.299 * r + 0.587 * g + 0.114 * b;
      y[i] = luma;
      // Each of the four pixels of a colour sample counts alike; at an odd border those that are there count for all.
      const share = (x === width - 1 && x % 2 === 0 ? 2 : 1) * (row === height - 1 && row % 2 === 0 ? 2 : 1);
      const half = (row >> 1) * across + (x >> 1);
      cb[half]! += (share * (b - luma)) / 1.772 / 4;
      cr[half]! += (share * (r - luma)) / 1.402 / 4;
    }
  }
  return encode({ width, height, y, cb, cr, subsampling: '4:2:0' }, quality);
}

function encode(planes: JpegPlanes, { quality, sdrQuality }: BaseQuality): Uint8Array {
  const most = sdrQuality === undefined ? Infinity : sdrStep(sdrQuality);
  const table = new Uint8Array(64).fill(Math.min(baseStep(quality), most));
  return encodeJpeg(planes, { lumaTable: table, chromaTable: table });
}
