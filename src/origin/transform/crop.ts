import { croppedArea } from '../../delivery/variant.ts';
import type { Step } from './step.ts';

/**
 * Cuts a rectangle out of the picture, in its own pixels; one that reaches over the border ends there.
 *
 * @throws ProblemError 400 `crop_outside` for one of which nothing lies in the picture
 */
export const crop: Step = (picture, variant) => {
  const { x, y, w: width, h: height } = croppedArea(variant.crop, picture);
  if (width === picture.width && height === picture.height) return picture;
  const data = new Float32Array(width * height * 3);
  for (let row = 0; row < height; row++) {
    const from = ((y + row) * picture.width + x) * 3;
    data.set(picture.data.subarray(from, from + width * 3), row * width * 3);
  }
  return { ...picture, width, height, data };
};
