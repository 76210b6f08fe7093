import type { Step } from './step.ts';

/** Brightens or darkens by stops: each doubles the light. */
export const exposure: Step = (picture, { ev }) => {
  if (ev === undefined || ev === 0) return picture;
  const gain = 2 ** ev;
  return { ...picture, data: picture.data.map((light) => gain * light) };
};
