import type { PictureSize } from './limits.ts';

/** Exif's orientations 5 to 8 exchange width and height (CIPA DC-008, Orientation). */
export function turnedSize({ width, height }: PictureSize, orientation: number): PictureSize {
  return orientation >= 5 && orientation <= 8 ? { width: height, height: width } : { width, height };
}

/** Where Exif's orientation puts row 0 and column 0 of what is stored: [exchanged axes, flipped across, flipped down]. */
const TURNS: Readonly<Record<number, readonly [boolean, boolean, boolean]>> = {
  2: [false, true, false],
  3: [false, true, true],
  4: [false, false, true],
  5: [true, false, false],
  6: [true, true, false],
  7: [true, true, true],
  8: [true, false, true],
};

/** (h, w, 3) pixels as they are stored → as they are shown. Anything but 2…8 leaves them. */
export function turn<T extends PictureSize & { readonly data: Float32Array }>(
  picture: T,
  orientation: number,
): T {
  const how = TURNS[orientation];
  if (!how) return picture;
  const [exchanged, across, down] = how;
  const { width: storedWidth, data: from } = picture;
  const { width, height } = turnedSize(picture, orientation);
  const data = new Float32Array(from.length);
  for (let y = 0; y < height; y++) {
    const v = down ? height - 1 - y : y;
    for (let x = 0; x < width; x++) {
      const u = across ? width - 1 - x : x;
      const at = 3 * (exchanged ? u * storedWidth + v : v * storedWidth + u);
      const to = 3 * (y * width + x);
      for (let c = 0; c < 3; c++) data[to + c] = from[at + c]!;
    }
  }
  return { ...picture, width, height, data };
}
