import type { CodeGrid } from './code-grid.ts';
import {
  CONTEXTS,
  gatherContexts,
  HISTORY,
  OWN_CONTEXTS,
  OWN_VALUES,
  PASTS,
  SHARED_CONTEXTS,
  SHARED_VALUES,
  type Place,
} from './contexts.ts';
import { squash, stretch } from '../entropy/logistic.ts';
import { Mixer } from '../entropy/mixer.ts';
import { NeighbourRegression } from './neighbour-regression.ts';
import { ProbabilityTable } from '../entropy/probability.ts';

/** The contexts' predictions, the regression's, and a constant. */
const INPUTS = CONTEXTS + 2;
const BIAS = 256;
const INITIAL_WEIGHT = Math.trunc(0.15 * 65536);

/**
 * Predicts the bits of a code one after the other, by position and channel, and learns from each. What it has learned
 * and the layers it has seen stay with it from layer to layer.
 */
export class BitPredictor {
  readonly #channels: number;
  readonly #tables: ProbabilityTable;
  readonly #regression: NeighbourRegression;
  /**
   * One set of weights serves all channels: how far to trust which prediction depends on the layers before far more than
   * on the channel, and 32 times as many bits teach it.
   */
  readonly #mixer = new Mixer(PASTS, INPUTS, INITIAL_WEIGHT);
  readonly #place: Place;
  readonly #contexts = new Int32Array(CONTEXTS);
  readonly #logits = new Int32Array(INPUTS);
  #past = 0;
  #regressed = 0;
  #probability = 0;

  /** @param empty a grid without a bit, for the layers before the first */
  constructor(channels: number, empty: CodeGrid) {
    this.#channels = channels;
    this.#tables = new ProbabilityTable(
      channels * OWN_CONTEXTS * OWN_VALUES + SHARED_CONTEXTS * SHARED_VALUES,
    );
    this.#regression = new NeighbourRegression(channels);
    const layers = Array.from({ length: HISTORY }, () => empty);
    this.#place = { layers, age: -1, at: 0, channel: 0, ones: 0, onesBefore: 0 };
  }

  startLayer(grid: CodeGrid): void {
    const place = this.#place;
    place.layers = [grid, ...place.layers.slice(0, HISTORY - 1)];
    place.age = Math.min(place.age + 1, HISTORY - 1);
  }

  /** @param at index of the position's channel 0 in the grid */
  moveTo(at: number): void {
    const place = this.#place;
    const before = place.layers[1]!;
    place.at = at;
    place.ones = 0;
    place.onesBefore = 0;
    for (let i = at; i < at + this.#channels; i++) if (before.bits[i]! > 0) place.onesBefore++;
    this.#regression.moveTo(place.layers[0]!, before, at);
  }

  /** @returns the probability of a one in 1/65536, 22…65514 */
  predict(channel: number): number {
    const contexts = this.#contexts;
    const logits = this.#logits;
    this.#place.channel = channel;
    this.#past = gatherContexts(contexts, this.#place);
    const shared = this.#channels * OWN_CONTEXTS * OWN_VALUES;
    for (let i = 0; i < CONTEXTS; i++) {
      const base =
        i < OWN_CONTEXTS
          ? (channel * OWN_CONTEXTS + i) * OWN_VALUES
          : shared + (i - OWN_CONTEXTS) * SHARED_VALUES;
      contexts[i]! += base;
      logits[i] = stretch(this.#tables.estimate(contexts[i]!));
    }
    this.#regressed = this.#regression.predict(channel);
    logits[CONTEXTS] = this.#regressed;
    logits[CONTEXTS + 1] = BIAS;
    this.#probability = squash(this.#mixer.mix(this.#past, logits));
    return this.#probability;
  }

  /** Learns what the bit was that `predict` was asked for, and notes it in the layer's grid. */
  update(bit: number): void {
    const place = this.#place;
    this.#mixer.update(this.#past, this.#logits, (bit << 16) - this.#probability);
    this.#regression.update(place.channel, bit, (bit << 16) - squash(this.#regressed));
    for (let i = 0; i < CONTEXTS; i++) this.#tables.update(this.#contexts[i]!, bit);
    place.layers[0]!.bits[place.at + place.channel] = bit === 1 ? 1 : -1;
    place.ones += bit;
  }
}
