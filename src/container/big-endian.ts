/** Writes big-endian fields one after the other into a buffer of fixed size. */
export class BigEndianWriter {
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  #at = 0;

  /** @param capacity bytes; writing more is a RangeError, and a mistake of the caller */
  constructor(capacity: number) {
    this.#bytes = new Uint8Array(capacity);
    this.#view = new DataView(this.#bytes.buffer);
  }

  u8(value: number): void {
    this.#view.setUint8(this.#at, value);
    this.#at += 1;
  }

  u16(value: number): void {
    this.#view.setUint16(this.#at, value);
    this.#at += 2;
  }

  u32(value: number): void {
    this.#view.setUint32(this.#at, value);
    this.#at += 4;
  }

  f32(value: number): void {
    this.#view.setFloat32(this.#at, value);
    this.#at += 4;
  }

  bytes(values: ArrayLike<number>): void {
    this.#bytes.set(values, this.#at);
    this.#at += values.length;
  }

  /** What has been written, in memory of its own. */
  finish(): Uint8Array {
    return this.#bytes.slice(0, this.#at);
  }
}

/** Reads big-endian fields one after the other; what lies beyond the end is reported by the `pastEnd` error. */
export class BigEndianReader {
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  readonly #pastEnd: () => Error;
  #at = 0;

  constructor(bytes: Uint8Array, pastEnd: () => Error) {
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.#pastEnd = pastEnd;
  }

  get remaining(): number {
    return this.#bytes.length - this.#at;
  }

  u8(): number {
    return this.#view.getUint8(this.#take(1));
  }

  u16(): number {
    return this.#view.getUint16(this.#take(2));
  }

  u32(): number {
    return this.#view.getUint32(this.#take(4));
  }

  f32(): number {
    return this.#view.getFloat32(this.#take(4));
  }

  /** A copy of the next `length` bytes. */
  bytes(length: number): Uint8Array {
    const at = this.#take(length);
    return Uint8Array.from(this.#bytes.subarray(at, at + length));
  }

  #take(length: number): number {
    if (length > this.remaining) throw this.#pastEnd();
    const at = this.#at;
    this.#at += length;
    return at;
  }
}
