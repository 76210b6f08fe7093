import type { CodeGrid } from './code-grid.ts';
import { CONTEXT_VALUES, CONTEXTS, gatherContexts } from './contexts.ts';
import { squash, stretch } from './logistic.ts';
import { Mixer } from './mixer.ts';
import { NeighbourRegression } from './neighbour-regression.ts';
import { ProbabilityTable } from './probability.ts';

/** The contexts' predictions, the regression's, and a constant. */
const INPUTS = CONTEXTS + 2;
const BIAS = 256;
const INITIAL_WEIGHT = Math.trunc(0.3 * 65536);
/** Counts of known ones around a bit: 0…11. */
const COUNTS = 12;

/**
 * Predicts the bits of a code one after the other, by position and channel, and learns from each. What it has learned
 * and the layers it has seen stay with it from layer to layer.
 */
export class BitPredictor {
  readonly #channels: number;
  readonly #tables: ProbabilityTable;
  readonly #regression: NeighbourRegression;
  readonly #byChannel: Mixer;
  readonly #byCount: Mixer;
  readonly #contexts = new Int32Array(CONTEXTS);
  readonly #logits = new Int32Array(INPUTS);
  #layers: readonly [CodeGrid, CodeGrid, CodeGrid];
  #later = 0;
  #at = 0;
  #channel = 0;
  #count = 0;
  #regressed = 0;
  #probability = 0;

  constructor(channels: number, empty: CodeGrid) {
    this.#channels = channels;
    this.#tables = new ProbabilityTable(channels * CONTEXTS * CONTEXT_VALUES);
    this.#regression = new NeighbourRegression(channels);
    this.#byChannel = new Mixer(2 * channels, INPUTS, INITIAL_WEIGHT);
    this.#byCount = new Mixer(2 * COUNTS, INPUTS, INITIAL_WEIGHT);
    this.#layers = [empty, empty, empty];
  }

  /** @param first whether no layer came before this one */
  startLayer(grid: CodeGrid, first: boolean): void {
    this.#layers = [grid, this.#layers[0], this.#layers[1]];
    this.#later = first ? 0 : 1;
  }

  /** @param at index of the position's channel 0 in the grid */
  moveTo(at: number): void {
    this.#at = at;
    this.#regression.moveTo(this.#layers[0], this.#layers[1], at);
  }

  /** @returns the probability of a one in 1/65536, 22…65514 */
  predict(channel: number): number {
    const logits = this.#logits;
    this.#channel = channel;
    this.#count = gatherContexts(this.#contexts, this.#layers, this.#at, channel, this.#later);
    for (let i = 0; i < CONTEXTS; i++) {
      const context = (channel * CONTEXTS + i) * CONTEXT_VALUES + this.#contexts[i]!;
      this.#contexts[i] = context;
      logits[i] = stretch(this.#tables.estimate(context));
    }
    this.#regressed = this.#regression.predict(channel);
    logits[CONTEXTS] = this.#regressed;
    logits[CONTEXTS + 1] = BIAS;
    const a = this.#byChannel.mix(this.#channelSet(), logits);
    const b = this.#byCount.mix(this.#countSet(), logits);
    this.#probability = squash((a + b) >> 1);
    return this.#probability;
  }

  /** Learns what the bit was that `predict` was asked for, and notes it in the layer's grid. */
  update(bit: number): void {
    const error = (bit << 16) - this.#probability;
    this.#byChannel.update(this.#channelSet(), this.#logits, error);
    this.#byCount.update(this.#countSet(), this.#logits, error);
    this.#regression.update(this.#channel, bit, (bit << 16) - squash(this.#regressed));
    for (let i = 0; i < CONTEXTS; i++) this.#tables.update(this.#contexts[i]!, bit);
    this.#layers[0].bits[this.#at + this.#channel] = bit === 1 ? 1 : -1;
  }

  #channelSet(): number {
    return this.#later * this.#channels + this.#channel;
  }

  #countSet(): number {
    return this.#later * COUNTS + this.#count;
  }
}
