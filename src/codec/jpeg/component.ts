import { ZIGZAG } from './zigzag.ts';

/** One colour component on its way through the encoder. */
export interface Component {
  /** Samples (height, width), code values, nominally 0…255. */
  readonly samples: Float32Array;
  readonly width: number;
  readonly height: number;
  /** Sampling factor H and V of ITU-T T.81, A.1.1; both are the same. */
  readonly sampling: number;
  readonly blocksWide: number;
  readonly blocksHigh: number;
  /** Quantisation steps in zigzag order. */
  readonly steps: Float64Array;
  /** Weight of the squared error by block; all 1 where absent. */
  readonly weights: Float32Array | undefined;
  /** Quantised coefficients: a row of 64 in zigzag order for every block. */
  readonly coefficients: Int16Array;
  /** Zigzag position of the last AC coefficient of every block that is not 0, or 0: spares the scans the zeros after it. */
  readonly lastAc: Uint8Array;
  /** The DC coefficient of every block before quantisation. */
  readonly dc: Float32Array;
}

/** `table`: 64 steps in natural order. */
export function makeComponent(
  samples: Float32Array,
  width: number,
  height: number,
  sampling: number,
  table: Uint8Array,
  weights: Float32Array | undefined,
): Component {
  const blocksWide = Math.ceil(width / 8);
  const blocksHigh = Math.ceil(height / 8);
  const steps = Float64Array.from(ZIGZAG, (at) => table[at]!);
  const blocks = blocksWide * blocksHigh;
  return {
    samples,
    width,
    height,
    sampling,
    blocksWide,
    blocksHigh,
    steps,
    weights,
    coefficients: new Int16Array(64 * blocks),
    lastAc: new Uint8Array(blocks),
    dc: new Float32Array(blocks),
  };
}

/**
 * Samples beyond this are cut off. A decoder clamps to 0…255 anyway, and libjpeg's table for doing so wraps round at −384
 * and 640, which quantisation noise must not reach.
 */
const LOWEST = -128;
const HIGHEST = 383;

/**
 * Samples of a block, level-shifted (T.81, A.3.1). Beyond the picture the last column and row repeat: no edge there that
 * would have to be coded.
 */
export function loadBlock(component: Component, blockX: number, blockY: number, block: Float64Array): void {
  const { samples, width, height } = component;
  const lastX = width - 1 - 8 * blockX;
  const lastY = height - 1 - 8 * blockY;
  for (let y = 0; y < 8; y++) {
    const row = (8 * blockY + Math.min(y, lastY)) * width + 8 * blockX;
    for (let x = 0; x < 8; x++) {
      const value = samples[row + (x < lastX ? x : lastX)]!;
      // NaN fails both comparisons and becomes the lowest value.
      block[8 * y + x] = (value > LOWEST ? (value < HIGHEST ? value : HIGHEST) : LOWEST) - 128;
    }
  }
}

/** Chroma blocks of 4:2:0 weigh what the luma blocks that they cover weigh on average. */
export function halveWeights(weights: Float32Array, blocksWide: number, blocksHigh: number): Float32Array {
  const wide = Math.ceil(blocksWide / 2);
  const high = Math.ceil(blocksHigh / 2);
  const halved = new Float32Array(wide * high);
  for (let y = 0; y < high; y++) {
    for (let x = 0; x < wide; x++) {
      const right = Math.min(2 * x + 1, blocksWide - 1);
      const top = 2 * y * blocksWide;
      const bottom = Math.min(2 * y + 1, blocksHigh - 1) * blocksWide;
      halved[y * wide + x] =
        (weights[top + 2 * x]! +
          weights[top + right]! +
          weights[bottom + 2 * x]! +
          weights[bottom + right]!) /
        4;
    }
  }
  return halved;
}
