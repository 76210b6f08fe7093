import type { Blocks } from './blocks.ts';
import { BLOCK, SIDE } from './dct.ts';
import type { Planes } from '../planes.ts';
import { LUMA_BT709 } from '../luminance.ts';

/** How the steps of a file's layers are spread; three bytes at the head of every layer. */
export interface StepRule {
  /** Step of the colour differences over that of luminance, in 1/16: 1…255. */
  readonly colour: number;
  /** Masking: how strongly a step grows with the contrast of its block, in 1/32: 0…255. */
  readonly masking: number;
  /** How much larger the step is at frequency 8 of 8 than at zero, in 1/32: 0…255. */
  readonly tilt: number;
}

/** A plane's steps: that of a coefficient is its block's times its frequency's. */
export interface PlaneSteps {
  readonly blocks: Float32Array;
  /** 64 factors, at least 1. */
  readonly frequencies: Float32Array;
}

/** The same steps, each block's halved so often. */
export function boosted(steps: PlaneSteps, boosts: Uint8Array): PlaneSteps {
  return { ...steps, blocks: steps.blocks.map((step, block) => step / 2 ** boosts[block]!) };
}

/** Factor per coefficient (v, u): 1 + tilt · √(u² + v²) / 8. What is fine is seen less well. */
export function frequencySteps({ tilt }: StepRule): Float32Array {
  return Float32Array.from({ length: BLOCK }, (_, i) => 1 + (tilt / 32) * (Math.hypot(i >> 3, i & 7) / SIDE));
}

/** PQ contrast (standard deviation in a block) at which masking sets in. */
const CONTRAST = 0.02;
const MOST_MASKING = 6;

/**
 * Step per luminance block for a step of 1: (1 + variance / CONTRAST²) ^ (masking / 2), of what the decoder knows before
 * the layers. Steps scale coefficients, they do not decide what is parsed, and may differ in a float's last bits.
 */
export function maskingSteps(prediction: Planes, { masking }: StepRule): Float32Array {
  const { height, width, data } = prediction;
  const { across, down } = gridOf(height, width);
  const steps = new Float32Array(across * down).fill(1);
  if (masking === 0) return steps;
  const size = height * width;
  const [r, g, b] = LUMA_BT709;
  for (let block = 0; block < steps.length; block++) {
    const corner = SIDE * (Math.trunc(block / across) * width + (block % across));
    let sum = 0;
    let squares = 0;
    for (let y = 0; y < SIDE; y++) {
      for (let i = corner + y * width; i < corner + y * width + SIDE; i++) {
        const luma = r * data[i]! + g * data[size + i]! + b * data[2 * size + i]!;
        sum += luma;
        squares += luma * luma;
      }
    }
    const variance = Math.max(0, squares / BLOCK - (sum / BLOCK) ** 2);
    steps[block] = Math.min(MOST_MASKING, (1 + variance / CONTRAST ** 2) ** (masking / 64));
  }
  return steps;
}

function gridOf(height: number, width: number): Pick<Blocks, 'across' | 'down'> {
  return { across: width / SIDE, down: height / SIDE };
}
