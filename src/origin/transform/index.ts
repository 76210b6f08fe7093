import { guessNitsPerUnit, luminance } from '../../codec/luminance.ts';
import type { HdrPicture } from '../../codec/picture.ts';
import { toBt709 } from '../../codec/primaries.ts';
import type { Variant } from '../../delivery/variant.ts';
import { blur } from './blur.ts';
import { crop } from './crop.ts';
import { exposure } from './exposure.ts';
import { flip, rotate } from './orient.ts';
import { pad } from './pad.ts';
import { resize } from './resize.ts';
import { sharpen } from './sharpen.ts';
import type { ScaledPicture, Step } from './step.ts';

export type { ScaledPicture } from './step.ts';

/** What is done to a picture, in this order: exposure before the canvas, whose colour is to be the one that was named. */
const STEPS: readonly Step[] = [crop, rotate, flip, resize, exposure, pad, blur, sharpen];

/**
 * Does to a picture what a variant asks for, all of it in linear light; the picture itself if that is nothing.
 *
 * @throws ProblemError 400 for what cannot be done to this picture
 */
export function transform(picture: ScaledPicture, variant: Variant): ScaledPicture {
  return STEPS.reduce((current, step) => step(current, variant), picture);
}

/**
 * Brings a picture to BT.709 and gives it a scale where its file says none: by all of the master, so that a part of it, or a
 * darker rendering, is not taken for a picture of its own.
 *
 * @param gamut `open` for what is written with wider primaries, and so need not lose their colours on the way
 */
export function scaled(source: HdrPicture, gamut: 'clipped' | 'open' = 'clipped'): ScaledPicture {
  const picture = toBt709(source, gamut);
  const nitsPerUnit = picture.nitsPerUnit ?? guessNitsPerUnit(luminance(picture.data));
  return { ...picture, primaries: 'bt709', nitsPerUnit };
}
