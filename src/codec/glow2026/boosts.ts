import { createBlocks, inverseTransform, type Blocks } from './blocks.ts';
import { MOST_BOOST } from './boost-map.ts';
import { BLOCK } from './dct.ts';
import type { Plane } from './directional.ts';
import { dequantise, quantise } from './quantiser.ts';
import { boosted, type PlaneSteps } from './steps.ts';
import { visibleShares } from './visibility.ts';

/** The picture is looked at again after the first choice, since half a step is not always half an error. */
const ROUNDS = 2;
/** What is seen grows with the 7th power of an error; half a step leaves so little of it, or somewhat more. */
const LEFT_BY_BOOST = 1 / 64;
/** Bits of a boost: for the map, for a coefficient that becomes one, and for one that was there. */
const BITS = { block: 2, more: 4, finer: 1 } as const;

/**
 * Share of what is visible that a bit of a boost has to take away, times the bits of the file. At 14 a boost would gain as
 * much HDR-VDP-2 quality as more bytes everywhere do; the higher, the less PU21-PSNR is given up.
 */
const PRICE = 44;
/** Less than any share: spares a division by zero. */
const NOTHING = 1e-200;
/** Bits per doubling of a coefficient over its step. */
const BITS_PER_DOUBLING = 1.5;

/**
 * Chooses how often the steps of each luminance block are halved. HDR-VDP-2 and a viewer judge a picture by its worst
 * places, a few hundredths of its blocks; half the step there costs next to nothing of the file.
 *
 * @param blocks what the layers are to say
 * @param steps of the last layer, without boosts
 * @param reference PQ of luminance, and `predicted`, which the layers start from
 * @param baseBytes what the file has besides these blocks
 */
export function chooseBoosts(
  blocks: Blocks,
  steps: PlaneSteps,
  reference: Plane,
  predicted: Plane,
  baseBytes: number,
): Uint8Array {
  const boosts = new Uint8Array(steps.blocks.length);
  const price = PRICE / (8 * baseBytes + bitsOf(blocks, steps));
  for (let round = 0; round < ROUNDS; round++) {
    const shares = visibleShares(reference, decoded(blocks, boosted(steps, boosts), predicted));
    // What is left of a band's visibility weighs what all of it did, so that the last places count as the first.
    const wholes = shares.map(total);
    for (let raised = true; raised;) {
      raised = false;
      const scales = shares.map((by, k) => wholes[k]! / total(by));
      for (let block = 0; block < boosts.length; block++) {
        if (boosts[block]! >= MOST_BOOST) continue;
        let visible = 0;
        for (let k = 0; k < shares.length; k++) visible += scales[k]! * shares[k]![block]!;
        const step = steps.blocks[block]! / 2 ** boosts[block]!;
        if (visible <= price * bitsOfBoost(blocks, block, step, steps.frequencies)) continue;
        boosts[block]!++;
        raised = true;
        for (const by of shares) by[block]! *= LEFT_BY_BOOST;
      }
    }
  }
  return boosts;
}

function total(shares: Float64Array): number {
  let sum = NOTHING;
  for (const share of shares) sum += share;
  return sum;
}

/** About how many bits the blocks have. */
function bitsOf({ data }: Blocks, steps: PlaneSteps): number {
  let bits = 0;
  for (let i = 0; i < data.length; i++) {
    const step = steps.blocks[Math.trunc(i / BLOCK)]! * steps.frequencies[i % BLOCK]!;
    bits += BITS_PER_DOUBLING * Math.log2(1 + Math.abs(data[i]!) / step);
  }
  return bits;
}

/** About how many bits half the step costs a block. */
function bitsOfBoost({ data }: Blocks, block: number, step: number, frequencies: Float32Array): number {
  let bits: number = BITS.block;
  for (let i = 0; i < BLOCK; i++) {
    const levels = Math.abs(data[block * BLOCK + i]!) / (step * frequencies[i]!);
    if (levels >= 0.5) bits += levels >= 1 ? BITS.finer : BITS.more;
  }
  return bits;
}

/** The luminance that layers with these steps lead to. */
function decoded(blocks: Blocks, steps: PlaneSteps, predicted: Plane): Plane {
  const { height, width } = predicted;
  const values = createBlocks(height, width);
  dequantise(quantise(blocks, new Int16Array(blocks.data.length), steps), steps, values);
  const data = inverseTransform(values);
  for (let i = 0; i < data.length; i++) data[i]! += predicted.data[i]!;
  return { height, width, data };
}
