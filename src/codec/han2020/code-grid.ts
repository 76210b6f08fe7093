/**
 * The bits of one layer's code as the contexts read them: by position, all channels of a position together, as ±1, with
 * a border of zeros ("no bit there") so that neighbours need no bounds checks.
 */
export interface CodeGrid {
  readonly bits: Int8Array;
  /** Steps through `bits`: to the next channel it is 1. */
  readonly right: number;
  readonly down: number;
}

/** Positions of border on each side: contexts reach two up and to the left, one down and to the right. */
const BORDER = 2;

export function createCodeGrid(channels: number, height: number, width: number): CodeGrid {
  const down = (width + 2 * BORDER) * channels;
  return { bits: new Int8Array((height + 2 * BORDER) * down), right: channels, down };
}

/** Index of channel 0 at position (y, x). */
export function gridIndex(grid: CodeGrid, y: number, x: number): number {
  return (y + BORDER) * grid.down + (x + BORDER) * grid.right;
}
