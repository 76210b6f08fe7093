/**
 * Adaptive probabilities of a one, one per context. Each is held twice: a quick one that follows changes and a slow one
 * that counts; both start as the average of what was seen, and their mean is the estimate.
 */

/** Bits after which a probability stops being a plain average. */
const QUICK_LIMIT = 24;
const SLOW_LIMIT = 250;

/** 32768 / (n + 1.6): the step after n bits. The 0.6 over the average keeps a first bit from deciding everything. */
const STEP = Int32Array.from({ length: SLOW_LIMIT + 1 }, (_, n) => Math.trunc(327680 / (10 * n + 16)));

export class ProbabilityTable {
  readonly #quick: Uint16Array;
  readonly #slow: Uint16Array;
  readonly #count: Uint8Array;

  constructor(contexts: number) {
    this.#quick = new Uint16Array(contexts).fill(32768);
    this.#slow = new Uint16Array(contexts).fill(32768);
    this.#count = new Uint8Array(contexts);
  }

  /** Probability of a one in 1/65536, 0…65535. */
  estimate(context: number): number {
    return (this.#quick[context]! + this.#slow[context]!) >> 1;
  }

  update(context: number, bit: number): void {
    const count = this.#count[context]!;
    const target = bit === 1 ? 65535 : 0;
    const quick = this.#quick[context]!;
    const slow = this.#slow[context]!;
    this.#quick[context] = quick + (Math.imul(target - quick, STEP[Math.min(count, QUICK_LIMIT)]!) >> 15);
    this.#slow[context] = slow + (Math.imul(target - slow, STEP[count]!) >> 15);
    if (count < SLOW_LIMIT) this.#count[context] = count + 1;
  }
}
