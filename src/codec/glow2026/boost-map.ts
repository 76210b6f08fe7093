import { ContextMixer } from '../entropy/context-mixer.ts';
import type { BitCoder } from './coefficient-model.ts';
import { BLOCK } from './dct.ts';

/** The most halvings of a block's steps. */
export const MOST_BOOST = 3;

const LEVELS = MOST_BOOST + 1;
/** Classes of the base's coefficients in a block, summed: 0…7. */
const BUSINESS = 8;

/**
 * How often each block's steps are halved, in raster order, in unary: mixed from the blocks before and from how busy the
 * base is there. The same for writing and reading.
 *
 * @param boosts what is written, or room for what is read
 * @param classes the base's, 64 per block
 */
export function codeBoosts(coder: BitCoder, boosts: Uint8Array, across: number, classes: Uint8Array): void {
  const model = new ContextMixer(
    [
      MOST_BOOST * LEVELS ** 2,
      MOST_BOOST * LEVELS ** 3,
      MOST_BOOST * LEVELS * BUSINESS ** 2,
      MOST_BOOST * 16 * BUSINESS,
    ],
    MOST_BOOST,
  );
  const { contexts } = model;
  for (let block = 0; block < boosts.length; block++) {
    const column = block % across;
    const boostAt = (place: number, inside: boolean): number => (inside && place >= 0 ? boosts[place]! : 0);
    const left = boostAt(block - 1, column > 0);
    const above = boostAt(block - across, true);
    const aboveLeft = boostAt(block - across - 1, column > 0);
    const aboveRight = boostAt(block - across + 1, column + 1 < across);
    const farther = boostAt(block - 2, column > 1) + boostAt(block - 2 * across, true);
    const busy = businessOf(classes, block);
    const busyRight = column + 1 < across ? businessOf(classes, block + 1) : busy;
    const wanted = boosts[block]!;
    let read = 0;
    while (read < MOST_BOOST) {
      contexts[0] = (read * LEVELS + left) * LEVELS + above;
      contexts[1] =
        ((read * LEVELS + Math.min(MOST_BOOST, aboveLeft + aboveRight)) * LEVELS + Math.max(left, above)) *
          LEVELS +
        Math.min(MOST_BOOST, farther);
      contexts[2] =
        ((read * LEVELS + Math.min(MOST_BOOST, left + above)) * BUSINESS + busy) * BUSINESS + busyRight;
      contexts[3] =
        (read * 16 + Math.min(15, left + above + aboveLeft + aboveRight + farther)) * BUSINESS + busy;
      const more = coder.code(Number(wanted > read), model.predict(read));
      model.update(more);
      if (more === 0) break;
      read++;
    }
    boosts[block] = read;
  }
}

function businessOf(classes: Uint8Array, block: number): number {
  let sum = 0;
  for (let i = block * BLOCK + 1; i < (block + 1) * BLOCK; i++) sum += classes[i]!;
  return Math.min(BUSINESS - 1, 31 - Math.clz32(sum + 1));
}
