import type { ScaledPicture, Step } from './step.ts';

/** Turns the picture clockwise by a multiple of 90°. */
export const rotate: Step = (picture, { rotate: degrees }) => {
  const { width, height } = picture;
  if (degrees === undefined) return picture;
  if (degrees === 180)
    return rearrange(picture, width, height, (x, y) => (height - 1 - y) * width + width - 1 - x);
  return degrees === 90
    ? rearrange(picture, height, width, (x, y) => (height - 1 - x) * width + y)
    : rearrange(picture, height, width, (x, y) => x * width + width - 1 - y);
};

/** Mirrors the picture: `h` swaps left and right, `v` top and bottom. */
export const flip: Step = (picture, { flip: sides }) => {
  if (sides === undefined) return picture;
  const { width, height } = picture;
  const across = sides.includes('h');
  const down = sides.includes('v');
  return rearrange(
    picture,
    width,
    height,
    (x, y) => (down ? height - 1 - y : y) * width + (across ? width - 1 - x : x),
  );
};

/** @param source index of the pixel that comes to stand at column x, row y */
function rearrange(
  picture: ScaledPicture,
  width: number,
  height: number,
  source: (x: number, y: number) => number,
): ScaledPicture {
  const data = new Float32Array(picture.data.length);
  for (let y = 0, to = 0; y < height; y++) {
    for (let x = 0; x < width; x++, to += 3) {
      const from = 3 * source(x, y);
      data[to] = picture.data[from]!;
      data[to + 1] = picture.data[from + 1]!;
      data[to + 2] = picture.data[from + 2]!;
    }
  }
  return { ...picture, width, height, data };
}
