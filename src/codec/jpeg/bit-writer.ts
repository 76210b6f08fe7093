/** Bytes that grow, with the entropy-coded bits of ITU-T T.81, F.1.2.3: most significant first, a 0 stuffed after every 0xFF. */
export class BitWriter {
  #bytes = new Uint8Array(1 << 16);
  #length = 0;
  /** Bits that do not fill a byte yet, in the low end. */
  #pending = 0;
  #pendingCount = 0;

  /** Appends bytes as they are, between scans. */
  raw(bytes: ArrayLike<number>): void {
    this.#reserve(bytes.length);
    this.#bytes.set(bytes, this.#length);
    this.#length += bytes.length;
  }

  /** Appends the low `count` bits of `value`, 0…16 of them. */
  bits(value: number, count: number): void {
    let pending = (this.#pending << count) | (value & ((1 << count) - 1));
    let left = this.#pendingCount + count;
    if (left >= 8) {
      this.#reserve(6);
      do {
        left -= 8;
        const byte = (pending >>> left) & 0xff;
        this.#bytes[this.#length++] = byte;
        if (byte === 0xff) this.#bytes[this.#length++] = 0;
      } while (left >= 8);
      pending &= (1 << left) - 1;
    }
    this.#pending = pending;
    this.#pendingCount = left;
  }

  /** Ends the entropy-coded segment: the last byte is filled with 1 bits. */
  flush(): void {
    if (this.#pendingCount > 0) this.bits(0xff, 8 - this.#pendingCount);
  }

  bytes(): Uint8Array {
    return this.#bytes.slice(0, this.#length);
  }

  #reserve(count: number): void {
    if (this.#length + count <= this.#bytes.length) return;
    const grown = new Uint8Array(2 * (this.#length + count));
    grown.set(this.#bytes.subarray(0, this.#length));
    this.#bytes = grown;
  }
}
