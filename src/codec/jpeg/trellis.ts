/** Beyond so long a run of empty blocks one more is taken to cost nothing. */
const LONGEST_RUN = 1024;
/** Sizes of AC coefficients (ITU-T T.81, table F.2): 1…10 bits. */
const LARGEST = 1023;
/** More bits than dropping one value can save: its own symbol and bits, and what the next symbol and the EOB change. */
const MOST_BITS_SAVED = 48;

/**
 * Rate-distortion optimised quantisation of one spectral band of one component, block by block in the order of its scan:
 * the sequence of quantised values with the least distortion + price × bits, by dynamic programming over the positions
 * of non-zero values (Crouse and Ramchandran, "Joint Thresholding and Quantizer Selection for Transform Image Coding",
 * 1997; mozjpeg does the like). Bits are those of the progressive scan that will code the band: runs start at the
 * band's first position, and a block that stays empty only lengthens the EOB run of the block before.
 */
export class BandTrellis {
  readonly #first: number;
  readonly #last: number;
  readonly #steps: Float64Array;
  /** Price of a value's symbols and bits, by 16 × zeros before it + size. */
  readonly #valuePrice: Float64Array;
  /** Price of a run of EOBs by its length; what a block adds is the difference. */
  readonly #runPrice: Float64Array;
  /** A value that takes away more distortion than this is never worth dropping; no path goes round it. */
  readonly #mandatory: number;
  #run = 0;

  /**
   * Of the non-zero candidates, the first being "none yet": position, value, candidate before, and the least cost up to
   * it less what it would cost to make all of them zero, which spares adding up the zeros between two candidates.
   */
  readonly #position = new Int32Array(65);
  readonly #value = new Int32Array(65);
  readonly #cost = new Float64Array(65);
  readonly #before = new Int32Array(65);

  /**
   * @param first first zigzag position of the band, `last` its last
   * @param steps quantisation steps by zigzag position
   * @param bits information of the scan's symbols
   * @param price of a bit, in squared code values
   */
  constructor(first: number, last: number, steps: Float64Array, bits: Float64Array, price: number) {
    this.#first = first;
    this.#last = last;
    this.#steps = steps;
    this.#mandatory = MOST_BITS_SAVED * price;
    this.#valuePrice = new Float64Array(64 * 16);
    for (let zeros = 0; zeros < 63; zeros++) {
      for (let size = 1; size <= 10; size++) {
        const symbols = (zeros >> 4) * bits[0xf0]! + bits[((zeros & 15) << 4) | size]!;
        this.#valuePrice[16 * zeros + size] = price * (symbols + size);
      }
    }
    this.#runPrice = Float64Array.from({ length: LONGEST_RUN + 2 }, (_, run) => {
      if (run === 0) return 0;
      // A smooth curve through the price of runs of 2^n blocks, so that no single length is shunned.
      const n = Math.floor(Math.log2(run));
      const low = bits[n << 4]! + n;
      const high = bits[(n + 1) << 4]! + n + 1;
      return price * (low + (Math.log2(run) - n) * Math.max(0, high - low));
    });
  }

  /**
   * Quantises the band's part of the next block.
   *
   * @param coefficients 64, orthonormal, zigzag order
   * @param weight of the block's squared error
   * @param out takes the values from `at + first` to `at + last`
   * @returns position of the last value that is not 0, or 0
   */
  quantise(coefficients: Float64Array, weight: number, out: Int16Array, at: number): number {
    const position = this.#position;
    const cost = this.#cost;
    const steps = this.#steps;
    const valuePrice = this.#valuePrice;
    const mandatory = this.#mandatory;
    const last = this.#last;
    let start = 0;
    let candidates = 1;
    for (let k = this.#first; k <= last; k++) {
      out[at + k] = 0;
      const coefficient = coefficients[k]!;
      const magnitude = coefficient < 0 ? -coefficient : coefficient;
      const step = steps[k]!;
      if (2 * magnitude < step) continue;
      const up = Math.min(LARGEST, Math.trunc(magnitude / step + 0.5));
      let value = up;
      let size = 32 - Math.clz32(up);
      let bestBefore = 0;
      let best = Infinity;
      let error = magnitude - step * up;
      const distortion = weight * error * error;
      // Row of the table for the run of zeros after candidate j: k − 1 − position[j].
      for (let j = start, row = 16 * (k - 1) + size; j < candidates; j++) {
        const c = cost[j]! + valuePrice[row - 16 * position[j]!]!;
        if (c < best) {
          best = c;
          bestBefore = j;
        }
      }
      best += distortion;
      // One size serves all values of as many bits, so toward zero pays only where a bit is saved, at a power of 2.
      if (up > 1 && (up & (up - 1)) === 0 && error < 0) {
        error += step;
        size--;
        const down = weight * error * error;
        for (let j = start, row = 16 * (k - 1) + size; j < candidates; j++) {
          const c = cost[j]! + valuePrice[row - 16 * position[j]!]! + down;
          if (c < best) {
            best = c;
            bestBefore = j;
            value = up - 1;
          }
        }
      }
      const zero = weight * magnitude * magnitude;
      position[candidates] = k;
      this.#value[candidates] = coefficient < 0 ? -value : value;
      this.#before[candidates] = bestBefore;
      cost[candidates] = best - zero;
      if (zero - distortion > mandatory) start = candidates;
      candidates++;
    }
    return this.#finish(start, candidates, out, at);
  }

  /** Chooses the last value that is not 0, and with it all before; its position, or 0. */
  #finish(start: number, candidates: number, out: Int16Array, at: number): number {
    const runPrice = this.#runPrice;
    const run = this.#run;
    let best = start === 0 ? runPrice[run + 1]! - runPrice[run]! : Infinity;
    let choice = 0;
    for (let j = Math.max(1, start); j < candidates; j++) {
      const c = this.#cost[j]! + (this.#position[j]! < this.#last ? runPrice[1]! : 0);
      if (c < best) {
        best = c;
        choice = j;
      }
    }
    this.#run = choice === 0 ? Math.min(run + 1, LONGEST_RUN) : this.#position[choice] === this.#last ? 0 : 1;
    const lastPosition = choice > 0 ? this.#position[choice]! : 0;
    for (; choice > 0; choice = this.#before[choice]!) {
      out[at + this.#position[choice]!] = this.#value[choice]!;
    }
    return lastPosition;
  }
}
