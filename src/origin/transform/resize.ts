import { outputSize, type Gravity } from '../../delivery/variant.ts';
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
  const window =
    fit === 'cover' || fit === 'crop' ? coveringWindow(picture, size, gravity) : wholeOf(picture);
  return resample(picture, window, size.width, size.height);
};

function wholeOf({ width, height }: PictureSize): Window {
  return { x: 0, y: 0, width, height };
}

/**
 * The part of a picture that fills `size`: what is left of the reduced picture when what sticks out is cut off at whole
 * pixels, as other servers do it in two steps.
 */
function coveringWindow(source: PictureSize, size: PictureSize, gravity: Gravity | undefined): Window {
  const scale = Math.max(size.width / source.width, size.height / source.height);
  const reduced = { x: Math.round(source.width * scale), y: Math.round(source.height * scale) };
  const at = place(gravity, { x: reduced.x - size.width, y: reduced.y - size.height });
  const across = source.width / reduced.x;
  const down = source.height / reduced.y;
  return { x: at.x * across, y: at.y * down, width: size.width * across, height: size.height * down };
}
