import { ContextMixer } from '../entropy/context-mixer.ts';
import { LARGEST_LEVEL } from './quantiser.ts';

/** Which way a bit goes: an encoder writes the one it is given, a decoder answers the one it reads. */
export interface BitCoder {
  /** @param probability of a one in 1/65536 */
  code(bit: number, probability: number): number;
}

const HALF = 32768;
/** Magnitudes from here on are written in Elias gamma code; far above what a residual has. */
const UNARY_LIMIT = 14;
const LAYERS = 3;

/** What is known of a coefficient before it is coded. All fields are small integers. */
export interface Surroundings {
  /** Place in the block, 8 v + u, and v + u. */
  frequency: number;
  diagonal: number;
  /** Magnitude that the layers before gave the coefficient. */
  before: number;
  /** The same of its neighbours: blocks on all four sides, and higher frequencies of its own block. */
  beforeAround: number;
  /** This layer's magnitudes at the same place in the blocks to the left and above, at most 2 each. */
  left: number;
  above: number;
  corners: number;
  /** This layer's magnitudes at lower frequencies of the block. */
  inside: number;
  /** Class of the base's own coefficient at this place, 0…5. */
  base: number;
  /** Class of how many coefficients of the block, and of those beside it, are not zero, 0…5. */
  activity: number;
}

/** The adaptive statistics of one kind of plane. What was learned in a layer stays for the next. */
export class CoefficientModel {
  readonly around: Surroundings = {
    frequency: 0,
    diagonal: 0,
    before: 0,
    beforeAround: 0,
    left: 0,
    above: 0,
    corners: 0,
    inside: 0,
    base: 0,
    activity: 0,
  };
  readonly #zero = new ContextMixer(
    [
      LAYERS * 64 * 4 * 6,
      LAYERS * 64 * 5 * 4,
      LAYERS * 15 * 8 * 5 * 4,
      LAYERS * 64 * 8 * 4,
      LAYERS * 15 * 8 * 4 * 5,
      LAYERS * 15 * 6 * 4 * 6,
      LAYERS * 64 * 6 * 3,
    ],
    LAYERS * 4 * 5,
  );
  readonly #magnitude = new ContextMixer(
    [UNARY_LIMIT * 4 * 8, UNARY_LIMIT * 15 * 6, UNARY_LIMIT * 5 * 6],
    UNARY_LIMIT,
  );
  readonly #more = new ContextMixer(
    [LAYERS * 15 * 12, LAYERS * 15 * 9 * 5, LAYERS * 15 * 7 * 8, LAYERS * 15 * 9 * 9],
    LAYERS * 15,
  );
  #layer = 0;

  startLayer(index: number): void {
    this.#layer = Math.min(index, LAYERS - 1);
  }

  /** Whether any coefficient from this diagonal on is not zero. */
  more(
    coder: BitCoder,
    bit: number,
    place: {
      diagonal: number;
      left: number;
      above: number;
      corner: number;
      before: number;
      base: number;
      count: number;
    },
  ): number {
    const { diagonal, left, above, corner, before, base, count } = place;
    const model = this.#more;
    const { contexts } = model;
    const at = this.#layer * 15 + diagonal;
    contexts[0] =
      at * 12 +
      (Number(left > diagonal) + Number(above > diagonal)) * 4 +
      Number(corner > diagonal) * 2 +
      Number(before > diagonal);
    contexts[1] =
      (at * 9 + clamp(((left + above) >> 1) - diagonal, -4, 4) + 4) * 5 + clamp(before - diagonal, -2, 2) + 2;
    contexts[2] = (at * 7 + clamp(base - diagonal, -3, 3) + 3) * 8 + Math.min(count, 7);
    contexts[3] = (at * 9 + clamp(left - diagonal, -4, 4) + 4) * 9 + clamp(above - diagonal, -4, 4) + 4;
    return this.#bit(model, coder, bit, at);
  }

  /** A coefficient of this layer. `sign` is that of the layers before: −1, 0 or 1. */
  coefficient(coder: BitCoder, value: number, sign: number): number {
    const { frequency, diagonal, before, beforeAround, left, above, corners, inside, base, activity } =
      this.around;
    const state = before < 2 ? before : before < 4 ? 2 : 3;
    const layer = this.#layer;
    const sides = left + above;
    const near = Math.min(7, (inside + 1) >> 1);
    const model = this.#zero;
    const { contexts } = model;
    const place = layer * 64 + frequency;
    const band = layer * 15 + diagonal;
    contexts[0] = (place * 4 + state) * 6 + base;
    contexts[1] = (place * 5 + sides) * 4 + state;
    contexts[2] = ((band * 8 + near) * 5 + sides) * 4 + state;
    contexts[3] = (place * 8 + near) * 4 + state;
    contexts[4] = ((band * 8 + Math.min(7, beforeAround)) * 4 + state) * 5 + sides;
    contexts[5] = ((band * 6 + activity) * 4 + state) * 6 + base;
    contexts[6] = (place * 6 + activity) * 3 + Math.min(2, corners);
    const group = diagonal < 2 ? 0 : diagonal < 4 ? 1 : diagonal < 7 ? 2 : diagonal < 10 ? 3 : 4;
    let magnitude = Math.abs(value);
    const some = this.#bit(model, coder, Number(magnitude > 0), (layer * 4 + state) * 5 + group);
    // A coefficient that is there already gets one bit more of precision, away from zero.
    if (some === 0 || sign !== 0) return some * sign;

    let read = 1;
    const scales = this.#magnitude;
    const busy = Math.min(7, (inside + 2 * sides + 1) >> 1);
    while (read < UNARY_LIMIT) {
      scales.contexts[0] = (read * 4 + state) * 8 + busy;
      scales.contexts[1] = (read * 15 + diagonal) * 6 + base;
      scales.contexts[2] = (read * 5 + sides) * 6 + activity;
      if (this.#bit(scales, coder, Number(magnitude > read), read) === 0) break;
      read++;
    }
    if (read === UNARY_LIMIT) read += gamma(coder, magnitude - UNARY_LIMIT);
    // Damaged layers may say more than any encoder does, and more than an Int16 holds.
    magnitude = Math.min(read, LARGEST_LEVEL);

    return coder.code(Number(value < 0), HALF) === 1 ? -magnitude : magnitude;
  }

  #bit(model: ContextMixer, coder: BitCoder, bit: number, set: number): number {
    const found = coder.code(bit, model.predict(set));
    model.update(found);
    return found;
  }
}

/** Elias gamma code of a number ≥ 0, at most 2^16, every bit at even odds. */
function gamma(coder: BitCoder, value: number): number {
  const bits = 31 - Math.clz32(value + 1);
  let length = 0;
  while (length < 16 && coder.code(Number(length < bits), HALF) === 1) length++;
  let read = 1;
  for (let i = length - 1; i >= 0; i--) read = (read << 1) | coder.code(((value + 1) >> i) & 1, HALF);
  return read - 1;
}

function clamp(value: number, low: number, high: number): number {
  return value < low ? low : value > high ? high : value;
}
