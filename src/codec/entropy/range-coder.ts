/**
 * A carryless binary arithmetic coder with 32-bit bounds, after Mahoney's (lpaq, ZPAQ specification §6): the interval
 * [low, high] is split in the ratio of the probabilities; leading bytes on which both bounds agree are final.
 * Probabilities of a one are in 1/65536, 1…65535.
 */
function splitPoint(low: number, high: number, probability: number): number {
  const range = (high - low) >>> 0;
  const coarse = Math.imul(range >>> 16, probability);
  const fine = Math.imul(range & 0xffff, probability) >>> 16;
  return (low + coarse + fine) >>> 0;
}

export class RangeEncoder {
  #low = 0;
  #high = 0xffffffff;
  #bytes = new Uint8Array(4096);
  #length = 0;

  encode(bit: number, probability: number): void {
    const middle = splitPoint(this.#low, this.#high, probability);
    if (bit === 1) this.#high = middle;
    else this.#low = (middle + 1) >>> 0;
    while (((this.#low ^ this.#high) & 0xff000000) === 0) {
      this.#push(this.#high >>> 24);
      this.#low = (this.#low << 8) >>> 0;
      this.#high = ((this.#high << 8) | 0xff) >>> 0;
    }
  }

  /**
   * Ends the code with as few bytes as name a number in the interval, at least one. The decoder reads zeros after the
   * end, so trailing zeros are left out.
   */
  finish(): Uint8Array {
    for (let tail = 24; tail >= 0; tail -= 8) {
      const unit = 2 ** tail;
      const value = Math.ceil(this.#low / unit) * unit;
      if (value > this.#high) continue;
      for (let shift = 24; shift >= tail; shift -= 8) this.#push((value >>> shift) & 0xff);
      break;
    }
    while (this.#length > 1 && this.#bytes[this.#length - 1] === 0) this.#length--;
    return this.#bytes.slice(0, Math.max(1, this.#length));
  }

  #push(byte: number): void {
    if (this.#length === this.#bytes.length) {
      const larger = new Uint8Array(2 * this.#length);
      larger.set(this.#bytes);
      this.#bytes = larger;
    }
    this.#bytes[this.#length++] = byte;
  }
}

/** Reads what `RangeEncoder` wrote; any bytes decode to some bits, and past their end there are zeros. */
export class RangeDecoder {
  #low = 0;
  #high = 0xffffffff;
  #value = 0;
  #at = 0;
  readonly #bytes: Uint8Array;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
    for (let i = 0; i < 4; i++) this.#shiftIn();
  }

  decode(probability: number): number {
    const middle = splitPoint(this.#low, this.#high, probability);
    const bit = this.#value <= middle ? 1 : 0;
    if (bit === 1) this.#high = middle;
    else this.#low = (middle + 1) >>> 0;
    while (((this.#low ^ this.#high) & 0xff000000) === 0) {
      this.#low = (this.#low << 8) >>> 0;
      this.#high = ((this.#high << 8) | 0xff) >>> 0;
      this.#shiftIn();
    }
    return bit;
  }

  #shiftIn(): void {
    const byte = this.#at < this.#bytes.length ? this.#bytes[this.#at]! : 0;
    this.#at++;
    this.#value = ((this.#value << 8) | byte) >>> 0;
  }
}
