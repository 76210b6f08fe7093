import { LUMA_BT709, REFERENCE_WHITE } from '../../codec/luminance.ts';
import { gaussianBlur } from './gaussian.ts';
import type { ScaledPicture, Step } from './step.ts';

/**
 * Unsharp masking of lightness, with the gains and limits that libvips (`vips_sharpen`) and sharp have as their defaults, so
 * that SDR pictures come out as elsewhere. Lightness is CIE 1976 L*, which goes on above white: the same contrast is
 * sharpened alike in the shade and beside the sun, where a mask of light itself would leave a black rim.
 */
export const sharpen: Step = (picture, { sharpen: sigma }) => {
  if (sigma === undefined) return picture;
  const { width, height } = picture;
  const lightness = lightnessOf(picture);
  const blurred = lightness.slice();
  gaussianBlur(blurred, { rows: height, columns: width, channels: 1 }, sigma);
  const data = new Float32Array(picture.data.length);
  for (let pixel = 0, i = 0; i < data.length; pixel++, i += 3) {
    const before = lightness[pixel]!;
    const after = Math.max(0, before + emphasis(before - blurred[pixel]!));
    const gain = before > 0 ? luminanceFrom(after) / luminanceFrom(before) : 1;
    for (let c = 0; c < 3; c++) data[i + c] = gain * picture.data[i + c]!;
  }
  return { ...picture, data };
};

/** Gains of small and of large differences, the border between them, and the most that is added and taken away; in L*. */
const FLAT = 1;
const JAGGED = 2;
const THRESHOLD = 2;
const MOST_BRIGHTER = 10;
const MOST_DARKER = 20;

function emphasis(difference: number): number {
  const size = Math.abs(difference);
  const gained = size < THRESHOLD ? FLAT * size : FLAT * THRESHOLD + JAGGED * (size - THRESHOLD);
  return difference < 0 ? -Math.min(gained, MOST_DARKER) : Math.min(gained, MOST_BRIGHTER);
}

/** (h, w) of L*, 100 for SDR white. */
function lightnessOf({ data, nitsPerUnit }: ScaledPicture): Float32Array {
  const [r, g, b] = LUMA_BT709.map((weight) => (weight * nitsPerUnit) / REFERENCE_WHITE) as [
    number,
    number,
    number,
  ];
  const lightness = new Float32Array(data.length / 3);
  for (let pixel = 0, i = 0; pixel < lightness.length; pixel++, i += 3) {
    const y = r * data[i]! + g * data[i + 1]! + b * data[i + 2]!;
    lightness[pixel] = y > EPSILON ? 116 * Math.cbrt(y) - 16 : KAPPA * y;
  }
  return lightness;
}

function luminanceFrom(lightness: number): number {
  return lightness > KAPPA * EPSILON ? ((lightness + 16) / 116) ** 3 : lightness / KAPPA;
}

/** CIE 15:2018, 8.2.1.1: below it lightness is linear. */
const EPSILON = (6 / 29) ** 3;
const KAPPA = (29 / 3) ** 3;
