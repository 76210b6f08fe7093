import { gaussianBlur } from './gaussian.ts';
import type { Step } from './step.ts';

/** Blurs by a Gaussian of sigma pixels of the result: light spreads as it does out of focus. */
export const blur: Step = (picture, { blur: sigma }) => {
  if (sigma === undefined) return picture;
  const { width, height } = picture;
  const data = picture.data.slice();
  gaussianBlur(data, { rows: height, columns: width, channels: 3 }, sigma);
  return { ...picture, data };
};
