import { BLOCK, forwardDct, inverseDct, SIDE } from './dct.ts';

/** A plane's transform blocks: coefficient (v, u) of block (row, column) at 64 (row · across + column) + 8 v + u. */
export interface Blocks {
  readonly across: number;
  readonly down: number;
  readonly data: Float32Array;
}

export function createBlocks(height: number, width: number): Blocks {
  const across = width / SIDE;
  const down = height / SIDE;
  return { across, down, data: new Float32Array(across * down * BLOCK) };
}

/** A plane (h, w), sides multiples of 8 → its DCT coefficients, orthonormal. */
export function transform(plane: Float32Array, height: number, width: number): Blocks {
  const blocks = createBlocks(height, width);
  const work = new Float64Array(BLOCK);
  eachBlock(blocks, (block, corner) => {
    for (let y = 0; y < SIDE; y++) {
      for (let x = 0; x < SIDE; x++) work[SIDE * y + x] = plane[corner + y * width + x]!;
    }
    forwardDct(work);
    blocks.data.set(work, block * BLOCK);
  });
  return blocks;
}

/** The inverse of `transform`. */
export function inverseTransform(blocks: Blocks): Float32Array {
  const width = blocks.across * SIDE;
  const plane = new Float32Array(blocks.data.length);
  const work = new Float64Array(BLOCK);
  eachBlock(blocks, (block, corner) => {
    work.set(blocks.data.subarray(block * BLOCK, (block + 1) * BLOCK));
    inverseDct(work);
    for (let y = 0; y < SIDE; y++) {
      for (let x = 0; x < SIDE; x++) plane[corner + y * width + x] = work[SIDE * y + x]!;
    }
  });
  return plane;
}

/** Visits blocks in raster order, with the index in the plane of their first sample. */
function eachBlock({ across, down }: Blocks, visit: (block: number, corner: number) => void): void {
  for (let row = 0, block = 0; row < down; row++) {
    for (let column = 0; column < across; column++, block++) {
      visit(block, SIDE * (row * across * SIDE + column));
    }
  }
}
