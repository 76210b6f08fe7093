import { areaAverage } from '../codec/area-average.ts';
import { MIDDLE_GREY, sortedPositive, trimmedGeometricMean } from '../codec/luminance.ts';
import { toBt709 } from '../codec/primaries.ts';
import type { HdrPicture } from '../codec/picture.ts';
import { asDisplayed, luminanceOf } from './display.ts';

/** Sides are multiples of it, so that no codec has to pad. */
const BLOCK = 16;

/**
 * What a picture is when it is measured: averaged down in linear light to at most `megapixels`, cropped around its centre to
 * sides that are multiples of 16, scaled so that the geometric mean of its luminance between the 1st and the 99th percentile
 * is 36.5 cd/m² (18 % grey of 203 cd/m²), and clipped to what the display shows. In absolute cd/m², BT.709.
 *
 * @throws RangeError for a picture that is smaller than a block
 */
export function measuredPicture(picture: HdrPicture, megapixels: number): HdrPicture {
  const scale = Math.sqrt((megapixels * 1e6) / (picture.width * picture.height));
  const reduced = scale < 1 ? reduce(toBt709(picture), scale) : toBt709(picture);
  const { width, height, data } = cropToBlocks(reduced);
  const mean = trimmedGeometricMean(sortedPositive(luminanceOf(data)));
  const nits = mean > 0 ? MIDDLE_GREY / mean : 1;
  return { width, height, data: asDisplayed(data.map((v) => v * nits)), primaries: 'bt709', nitsPerUnit: 1 };
}

function reduce(picture: HdrPicture, scale: number): HdrPicture {
  const side = (length: number): number => Math.max(1, Math.round(length * scale));
  return areaAverage(picture, side(picture.width), side(picture.height));
}

function cropToBlocks(picture: HdrPicture): { width: number; height: number; data: Float32Array } {
  const width = picture.width - (picture.width % BLOCK);
  const height = picture.height - (picture.height % BLOCK);
  if (width === 0 || height === 0)
    throw new RangeError(`A picture smaller than ${BLOCK} × ${BLOCK} is not measured.`);
  const left = Math.floor((picture.width - width) / 2);
  const top = Math.floor((picture.height - height) / 2);
  const data = new Float32Array(width * height * 3);
  for (let y = 0; y < height; y++) {
    const from = ((top + y) * picture.width + left) * 3;
    data.set(picture.data.subarray(from, from + width * 3), y * width * 3);
  }
  return { width, height, data };
}
