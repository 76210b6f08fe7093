import { areaAverage } from '../codec/area-average.ts';
import type { HdrPicture } from '../codec/picture.ts';

/** Reduces a picture to a width in pixels, the height in proportion; a picture that is no wider stays as it is. */
export function downscale(picture: HdrPicture, width: number): HdrPicture {
  if (width >= picture.width) return picture;
  const height = Math.max(1, Math.round((picture.height * width) / picture.width));
  return areaAverage(picture, width, height);
}
