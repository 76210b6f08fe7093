import type { Crop, Variant } from './operations.ts';
import { ProblemError } from './problem.ts';

/** In pixels, both at least 1. */
export interface Size {
  readonly width: number;
  readonly height: number;
}

/**
 * The size in pixels of what a variant makes of a master of this size. Nothing is ever enlarged: only the canvas of `fit=pad` may
 * be larger than the master, never the picture on it. Halves are rounded up, as libvips does.
 *
 * - `contain`, `scale-down`: the largest size of the picture's own shape within `w` × `h`; one of them may be open.
 * - `cover`: the shape of `w` × `h`, filled; made smaller as a whole where the picture is smaller.
 * - `crop`: filled likewise, but cut off at `w` × `h` without being made smaller first than the picture is.
 * - `pad`: `w` × `h`, whatever the picture.
 *
 * With one of `w` and `h` there is no box to fill, and every fit is `contain`.
 *
 * @throws ProblemError 400 `crop_outside` if nothing of the picture is in the crop
 */
export function outputSize(variant: Variant, master: Size): Size {
  const source = turnedSize(variant, master);
  const { w, h, fit } = variant;
  if (w === undefined || h === undefined) return contained(variant, source);
  switch (fit) {
    case 'cover':
      return shrunkBox({ width: w, height: h }, source);
    case 'crop':
      return croppedBox({ width: w, height: h }, source);
    case 'pad':
      return { width: w, height: h };
    default:
      return contained(variant, source);
  }
}

/** The size of the picture that is put on the canvas of `fit=pad`, and that `contain` gives. */
export function contentSize(variant: Variant, master: Size): Size {
  return contained(variant, turnedSize(variant, master));
}

/**
 * The part of the master that `crop` leaves: what of it lies within the picture.
 *
 * @throws ProblemError 400 `crop_outside`
 */
export function croppedArea(crop: Crop | undefined, { width, height }: Size): Crop {
  if (crop === undefined) return { x: 0, y: 0, w: width, h: height };
  if (crop.x >= width || crop.y >= height) {
    throw new ProblemError({
      status: 400,
      code: 'crop_outside',
      title: 'Crop outside of the picture',
      detail: `\`crop\` begins beyond the ${width} × ${height} pixels of the picture.`,
    });
  }
  return {
    x: crop.x,
    y: crop.y,
    w: Math.min(crop.w, width - crop.x),
    h: Math.min(crop.h, height - crop.y),
  };
}

/** The size after crop and rotation, before anything is resized. */
export function turnedSize({ crop, rotate }: Variant, master: Size): Size {
  const { w, h } = croppedArea(crop, master);
  return rotate === 90 || rotate === 270 ? { width: h, height: w } : { width: w, height: h };
}

function contained({ w, h }: Variant, { width, height }: Size): Size {
  const across = w === undefined ? 0 : width / w;
  const down = h === undefined ? 0 : height / h;
  if (across <= 1 && down <= 1) return { width, height };
  return across > down
    ? { width: w!, height: atLeastOne(height / across) }
    : { width: atLeastOne(width / down), height: h! };
}

/** A box made smaller until it lies within the picture, its shape kept. */
function shrunkBox(box: Size, source: Size): Size {
  let { width, height } = box;
  if (width > source.width) {
    height = atLeastOne((source.width * box.height) / box.width);
    width = source.width;
  }
  if (height > source.height) {
    width = atLeastOne((source.height * box.width) / box.height);
    height = source.height;
  }
  return { width: Math.min(width, source.width), height };
}

/** What a box shows of a picture that is reduced to fill it, or left as large as it is. */
function croppedBox(box: Size, source: Size): Size {
  return { width: Math.min(box.width, source.width), height: Math.min(box.height, source.height) };
}

function atLeastOne(pixels: number): number {
  return Math.max(1, Math.round(pixels));
}
