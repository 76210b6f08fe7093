import { REFERENCE_WHITE } from '../../codec/luminance.ts';
import { srgbDecode } from '../../codec/srgb.ts';
import { place } from './gravity.ts';
import type { Step } from './step.ts';

/** The colour of a canvas where the variant names none. */
const BLACK = '000000';

/**
 * Lays the picture on a canvas of the size asked for, at the place that `gravity` names. The canvas has the light of an SDR
 * colour: white is 203 cd/m² (ITU-R BT.2408), so that on an HDR screen it is the white of the page around it.
 */
export const pad: Step = (picture, { fit, w, h, gravity, bg = BLACK }) => {
  if (fit !== 'pad' || w === undefined || h === undefined) return picture;
  if (w === picture.width && h === picture.height) return picture;
  // Where the canvas lies on the picture: the odd pixel in the middle goes right and below, as other servers have it.
  const { x, y } = place(gravity, { x: picture.width - w, y: picture.height - h });
  const data = new Float32Array(w * h * 3);
  const colour = lightOf(bg, picture.nitsPerUnit);
  for (let i = 0; i < data.length; i++) data[i] = colour[i % 3]!;
  const stride = picture.width * 3;
  for (let row = 0; row < picture.height; row++) {
    data.set(picture.data.subarray(row * stride, (row + 1) * stride), ((row - y) * w - x) * 3);
  }
  return { ...picture, width: w, height: h, data };
};

/** A colour `rrggbb` of sRGB as linear light in the units of a picture. */
function lightOf(colour: string, nitsPerUnit: number): readonly number[] {
  return [0, 2, 4].map((at) => {
    const code = Number.parseInt(colour.slice(at, at + 2), 16);
    return (srgbDecode(code / 255) * REFERENCE_WHITE) / nitsPerUnit;
  });
}
