/** Part of a picture; in pixels, or in positions of a code. */
export interface Rect {
  readonly y: number;
  readonly x: number;
  readonly height: number;
  readonly width: number;
}

/** Planes (channels, h, w). */
export interface Planes {
  readonly channels: number;
  readonly height: number;
  readonly width: number;
  readonly data: Float32Array;
}

export function createPlanes(channels: number, height: number, width: number): Planes {
  return { channels, height, width, data: new Float32Array(channels * height * width) };
}

/** The same planes with their sides rounded up to multiples of `unit`: the last row and column are repeated. */
export function padPlanes(planes: Planes, unit: number): Planes {
  const { channels, height, width, data } = planes;
  const size = paddedSize(planes, unit);
  const padded = createPlanes(channels, size.height, size.width);
  for (let row = 0; row < channels * padded.height; row++) {
    const y = Math.min(row % padded.height, height - 1);
    const from = (Math.trunc(row / padded.height) * height + y) * width;
    const to = row * padded.width;
    padded.data.set(data.subarray(from, from + width), to);
    padded.data.fill(data[from + width - 1]!, to + width, to + padded.width);
  }
  return padded;
}

/** A size with its sides rounded up to multiples of `unit`. */
export function paddedSize(
  { height, width }: Pick<Planes, 'height' | 'width'>,
  unit: number,
): Pick<Planes, 'height' | 'width'> {
  return { height: roundUp(height, unit), width: roundUp(width, unit) };
}

function roundUp(size: number, unit: number): number {
  return Math.ceil(size / unit) * unit;
}

/** A copy of the rectangle. */
export function cutRect(planes: Planes, rect: Rect): Planes {
  const out = createPlanes(planes.channels, rect.height, rect.width);
  eachRow(planes, rect, (start, row) => {
    out.data.set(planes.data.subarray(start, start + rect.width), row * rect.width);
  });
  return out;
}

/** Visits every row of a rectangle in every channel: `start` is its first index in the planes, `row` counts from 0. */
export function eachRow(
  planes: Omit<Planes, 'data'>,
  rect: Rect,
  visit: (start: number, row: number) => void,
): void {
  for (let channel = 0, row = 0; channel < planes.channels; channel++) {
    for (let y = 0; y < rect.height; y++, row++) {
      visit((channel * planes.height + rect.y + y) * planes.width + rect.x, row);
    }
  }
}
