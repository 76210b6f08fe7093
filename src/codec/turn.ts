import { turnedSize } from '../container/index.ts';
import type { Rect } from './planes.ts';

interface Size {
  readonly width: number;
  readonly height: number;
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
const UPRIGHT = [false, false, false] as const;

/** The orientation that turns back what this one has turned: all but the quarter turns are their own. */
export function turningBack(orientation: number): number {
  return orientation === 6 ? 8 : orientation === 8 ? 6 : orientation;
}

/** The way through a picture as it is shown, in pixels in raster order, which a walk over the stored one takes. */
export interface TurnedWalk {
  /** Of what is stored first. */
  readonly start: number;
  /** To what is stored to the right. */
  readonly right: number;
  /** To what is stored below. */
  readonly down: number;
}

/** @param stored the size before turning; orientations but 2…8 leave it */
export function turnedWalk(stored: Size, orientation: number): TurnedWalk {
  const [exchanged, across, down] = TURNS[orientation] ?? UPRIGHT;
  const { width, height } = turnedSize(stored, orientation);
  const [column, row] = [across ? -1 : 1, down ? -width : width];
  const start = (across ? width - 1 : 0) + (down ? (height - 1) * width : 0);
  return exchanged ? { start, right: row, down: column } : { start, right: column, down: row };
}

/** (h, w, 3) pixels as they are stored → as they are shown; the same where nothing is to be turned. */
export function turn<T extends Size & { readonly data: Float32Array }>(picture: T, orientation: number): T {
  if (!(orientation in TURNS)) return picture;
  const { width, height, data: from } = picture;
  const { start, right, down } = turnedWalk(picture, orientation);
  const data = new Float32Array(from.length);
  for (let y = 0, at = 0; y < height; y++) {
    let to = 3 * (start + y * down);
    for (let x = 0; x < width; x++, to += 3 * right) {
      data[to] = from[at++]!;
      data[to + 1] = from[at++]!;
      data[to + 2] = from[at++]!;
    }
  }
  return { ...picture, ...turnedSize(picture, orientation), data };
}

/** Where a part of a stored picture of this size is shown. */
export function turnedRect(rect: Rect, stored: Size, orientation: number): Rect {
  const [exchanged, across, down] = TURNS[orientation] ?? UPRIGHT;
  const whole = turnedSize(stored, orientation);
  const size = turnedSize(rect, orientation);
  const [x, y] = exchanged ? [rect.y, rect.x] : [rect.x, rect.y];
  return {
    x: across ? whole.width - x - size.width : x,
    y: down ? whole.height - y - size.height : y,
    ...size,
  };
}
