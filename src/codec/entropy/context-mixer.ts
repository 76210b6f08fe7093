import { squash, stretch } from './logistic.ts';
import { Mixer } from './mixer.ts';
import { ProbabilityTable } from './probability.ts';

const BIAS = 256;

/**
 * Predicts bits from several contexts at once: every context's own adaptive probability, mixed in the logistic domain
 * with weights that learn. Integers only.
 */
export class ContextMixer {
  /** The contexts of the bit at hand, each below its own number of values; to be filled in before `predict`. */
  readonly contexts: Int32Array;
  readonly #tables: ProbabilityTable;
  readonly #starts: Int32Array;
  readonly #mixer: Mixer;
  readonly #logits: Int32Array;
  #set = 0;
  #probability = 0;

  /**
   * @param sizes how many values each context takes
   * @param sets sets of weights to choose from
   */
  constructor(sizes: readonly number[], sets: number) {
    const inputs = sizes.length + 1;
    this.contexts = new Int32Array(sizes.length);
    this.#starts = new Int32Array(sizes.length);
    let total = 0;
    sizes.forEach((size, i) => {
      this.#starts[i] = total;
      total += size;
    });
    this.#tables = new ProbabilityTable(total);
    this.#mixer = new Mixer(sets, inputs, Math.trunc((1.2 * 65536) / sizes.length));
    this.#logits = new Int32Array(inputs);
    this.#logits[inputs - 1] = BIAS;
  }

  /** @returns the probability of a one in 1/65536, 22…65514 */
  predict(set: number): number {
    const { contexts } = this;
    for (let i = 0; i < contexts.length; i++) {
      contexts[i]! += this.#starts[i]!;
      this.#logits[i] = stretch(this.#tables.estimate(contexts[i]!));
    }
    this.#set = set;
    this.#probability = squash(this.#mixer.mix(set, this.#logits));
    return this.#probability;
  }

  /** Learns what the bit was that `predict` was asked for. */
  update(bit: number): void {
    this.#mixer.update(this.#set, this.#logits, (bit << 16) - this.#probability);
    for (const context of this.contexts) this.#tables.update(context, bit);
  }
}
