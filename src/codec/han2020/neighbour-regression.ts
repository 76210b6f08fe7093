import type { CodeGrid } from './code-grid.ts';
import { clampLogit } from '../entropy/logistic.ts';

/** Weights are in 1/2^18 nat. */
const WEIGHT_SHIFT = 10;
const FIRST_RATE = 600;
const LAST_RATE = 40;
/** Errors (in 1/65536) that are too small to learn from: most of a sparse code's. */
const LEAST_ERROR = 3000;
/** Positions after which the learning rate has fallen half-way. */
const RATE_POSITIONS = 400;

/**
 * Logistic regression of a bit on all the channels around it: those of the positions to the left and above, of this
 * position in the layer before, and those coded already at this position. A code's channels are a network's, in no
 * order that a hand-picked context could know; what goes with what is learned while coding.
 */
export class NeighbourRegression {
  readonly #channels: number;
  readonly #weights: readonly Int32Array[];
  /** W, N and P of the position, a constant, then this position's own bits as they come: ±1, or 0 outside. */
  readonly #inputs: Int32Array;
  readonly #own: number;
  #rate = FIRST_RATE;
  #positions = 0;

  constructor(channels: number) {
    this.#channels = channels;
    this.#own = 3 * channels + 1;
    this.#inputs = new Int32Array(this.#own + channels + 3);
    this.#weights = Array.from(
      { length: channels },
      (_, c) => new Int32Array(4 * Math.ceil((this.#own + c) / 4)),
    );
  }

  /** Moves to the position whose channel 0 is at `at`. */
  moveTo(now: CodeGrid, before: CodeGrid, at: number): void {
    const inputs = this.#inputs;
    const channels = this.#channels;
    for (let j = 0; j < channels; j++) {
      inputs[j] = now.bits[at - now.right + j]!;
      inputs[channels + j] = now.bits[at - now.down + j]!;
      inputs[2 * channels + j] = before.bits[at + j]!;
    }
    inputs[3 * channels] = 1;
    inputs.fill(0, this.#own);
    this.#positions++;
    this.#rate =
      LAST_RATE +
      Math.trunc(((FIRST_RATE - LAST_RATE) * RATE_POSITIONS) / (RATE_POSITIONS + this.#positions));
  }

  /** @returns the logit of a one for this channel, within ±2047 */
  predict(channel: number): number {
    const inputs = this.#inputs;
    const weights = this.#weights[channel]!;
    let sum = 0;
    // Four at a time: half of all coding time is spent here and in `update`.
    for (let j = 0; j < weights.length; j += 4) {
      sum +=
        Math.imul(weights[j]!, inputs[j]!) +
        Math.imul(weights[j + 1]!, inputs[j + 1]!) +
        Math.imul(weights[j + 2]!, inputs[j + 2]!) +
        Math.imul(weights[j + 3]!, inputs[j + 3]!);
      sum |= 0;
    }
    return clampLogit(sum >> WEIGHT_SHIFT);
  }

  /** @param error (bit − probability of a one) in 1/65536, with the probability of `predict`'s logit */
  update(channel: number, bit: number, error: number): void {
    const inputs = this.#inputs;
    if (Math.abs(error) > LEAST_ERROR) {
      const weights = this.#weights[channel]!;
      const step = Math.imul(error, this.#rate) >> 13;
      for (let j = 0; j < weights.length; j += 4) {
        weights[j] = weights[j]! + Math.imul(step, inputs[j]!);
        weights[j + 1] = weights[j + 1]! + Math.imul(step, inputs[j + 1]!);
        weights[j + 2] = weights[j + 2]! + Math.imul(step, inputs[j + 2]!);
        weights[j + 3] = weights[j + 3]! + Math.imul(step, inputs[j + 3]!);
      }
    }
    inputs[this.#own + channel] = bit === 1 ? 1 : -1;
  }
}
