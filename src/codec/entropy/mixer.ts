import { clampLogit } from './logistic.ts';

/** Weights are in 1/65536, within ±8. */
const WEIGHT_LIMIT = 8 << 16;
const LEARNING_RATE = 6;

/**
 * Logistic mixing (Mahoney 2005): the logits of several predictions, weighed and added. Each set of weights learns by
 * gradient descent on the cost of the bits that it was chosen for.
 */
export class Mixer {
  readonly #weights: Int32Array;
  readonly #inputs: number;

  constructor(sets: number, inputs: number, initialWeight: number) {
    this.#inputs = inputs;
    this.#weights = new Int32Array(sets * inputs).fill(initialWeight);
  }

  /** @returns the mixed logit, within ±2047 */
  mix(set: number, logits: Int32Array): number {
    const weights = this.#weights;
    const base = set * this.#inputs;
    let sum = 0;
    for (let i = 0; i < this.#inputs; i++) sum += Math.imul(weights[base + i]!, logits[i]!) >> 8;
    return clampLogit(sum >> 8);
  }

  /** @param error (bit − probability of a one) in 1/65536, with the probability that `mix` led to */
  update(set: number, logits: Int32Array, error: number): void {
    const weights = this.#weights;
    const base = set * this.#inputs;
    for (let i = 0; i < this.#inputs; i++) {
      const step = (Math.imul(Math.imul(logits[i]!, error), LEARNING_RATE) + (1 << 18)) >> 19;
      const weight = weights[base + i]! + step;
      weights[base + i] =
        weight > WEIGHT_LIMIT ? WEIGHT_LIMIT : weight < -WEIGHT_LIMIT ? -WEIGHT_LIMIT : weight;
    }
  }
}
