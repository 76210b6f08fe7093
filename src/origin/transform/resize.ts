import { outputSize, type Gravity, type Variant } from '../../delivery/variant.ts';
import type { PictureSize } from '../../formats/index.ts';
import { place } from './gravity.ts';
import { resample, type Window } from './resample.ts';
import type { Step } from './step.ts';

/** Reduces the picture to the box of `w` and `h`, as `fit` says; it is never enlarged. */
export const resize: Step = (picture, { w, h, fit, gravity }) => {
  if (w === undefined && h === undefined) return picture;
  const box = { ...(w === undefined ? {} : { w }), ...(h === undefined ? {} : { h }) };
  // The canvas around a padded picture is a step of its own.
  const size = outputSize(fit === undefined || fit === 'pad' ? box : { ...box, fit }, picture);
  if (size.width === picture.width && size.height === picture.height) return picture;
  const filled = fit === 'cover' || fit === 'crop';
  const shrink = filled ? shrinkToFill(picture, size) : shrinkToBox(picture, box);
  return resample(picture, windowOf(picture, size, shrink, gravity), size.width, size.height);
};

function shrinkToFill({ width, height }: PictureSize, size: PictureSize): number {
  return Math.max(1, Math.min(width / size.width, height / size.height));
}

function shrinkToBox({ width, height }: PictureSize, { w, h }: Pick<Variant, 'w' | 'h'>): number {
  return Math.max(1, w === undefined ? 0 : width / w, h === undefined ? 0 : height / h);
}

/**
 * The part of a picture that becomes `size` when it is reduced `shrink` times on both sides alike, whatever is rounded: the reduced
 * picture has whole pixels, its centre is the picture's, and what sticks out of `size` is cut off at whole pixels. So does libvips.
 */
function windowOf(
  source: PictureSize,
  size: PictureSize,
  shrink: number,
  gravity: Gravity | undefined,
): Window {
  const across = Math.max(1, Math.round(source.width / shrink));
  const down = Math.max(1, Math.round(source.height / shrink));
  const at = place(gravity, { x: across - size.width, y: down - size.height });
  return {
    x: (source.width - across * shrink) / 2 + at.x * shrink,
    y: (source.height - down * shrink) / 2 + at.y * shrink,
    width: size.width * shrink,
    height: size.height * shrink,
  };
}
