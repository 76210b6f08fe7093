import type { Component } from './component.ts';
import { category, dcOrder } from './progressive.ts';

/** Range of quantised DC values that 8-bit samples can give (ITU-T T.81, table F.1: differences of at most 11 bits). */
const LOWEST = -1024;
const HIGHEST = 1023;

export function roundDc({ dc, steps, coefficients }: Component): void {
  for (let block = 0; block < dc.length; block++) {
    coefficients[64 * block] = Math.min(HIGHEST, Math.max(LOWEST, Math.round(dc[block]! / steps[0]!)));
  }
}

/**
 * Chooses for every block between the two DC values beside the true one, by the Viterbi algorithm along the whole
 * scan: a value changes the price of its own difference and of the next.
 *
 * @param bits information of the DC categories
 * @param price of a bit, in squared code values
 */
export function optimiseDc(component: Component, bits: Float64Array, price: number): void {
  const { dc, steps, coefficients, weights } = component;
  const step = steps[0]!;
  const order = dcOrder(component);
  const sizePrice = Float64Array.from({ length: 12 }, (_, size) => price * (bits[size]! + size));
  /** Bit s: the state before, where this block is in state s; state 1 is the higher value. */
  const before = new Uint8Array(order.length);
  let lowCost = 0;
  let highCost = 0;
  let previousLow = 0;
  let previousHigh = 0;
  for (let i = 0; i < order.length; i++) {
    const block = order[i]!;
    const exact = dc[block]!;
    const weight = weights?.[block] ?? 1;
    const low = lowerValue(exact, step);
    const high = Math.min(HIGHEST, low + 1);
    const fromLow = lowCost;
    const fromHigh = highCost;
    const lowLow = fromLow + sizePrice[category(Math.abs(low - previousLow))]!;
    const highLow = fromHigh + sizePrice[category(Math.abs(low - previousHigh))]!;
    const lowHigh = fromLow + sizePrice[category(Math.abs(high - previousLow))]!;
    const highHigh = fromHigh + sizePrice[category(Math.abs(high - previousHigh))]!;
    lowCost = Math.min(lowLow, highLow) + weight * (exact - low * step) ** 2;
    highCost = Math.min(lowHigh, highHigh) + weight * (exact - high * step) ** 2;
    before[i] = (highLow < lowLow ? 1 : 0) | (highHigh < lowHigh ? 2 : 0);
    previousLow = low;
    previousHigh = high;
  }
  let state = highCost < lowCost ? 1 : 0;
  for (let i = order.length - 1; i >= 0; i--) {
    const block = order[i]!;
    coefficients[64 * block] = Math.min(HIGHEST, lowerValue(dc[block]!, step) + state);
    state = (before[i]! >> state) & 1;
  }
}

function lowerValue(exact: number, step: number): number {
  return Math.min(HIGHEST, Math.max(LOWEST, Math.floor(exact / step)));
}
