import { damaged } from '../errors.ts';

/** Reads little-endian values one after another; past the end is a named error, never a stray value. */
export class ByteReader {
  offset = 0;
  private readonly bytes: Uint8Array;
  private readonly view: DataView;
  private readonly what: string;

  /** @param what named in the error when the bytes end too early */
  constructor(bytes: Uint8Array, what: string) {
    this.bytes = bytes;
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.what = what;
  }

  get left(): number {
    return this.bytes.length - this.offset;
  }

  uint8(): number {
    return this.view.getUint8(this.advance(1));
  }

  uint16(): number {
    return this.view.getUint16(this.advance(2), true);
  }

  uint32(): number {
    return this.view.getUint32(this.advance(4), true);
  }

  int32(): number {
    return this.view.getInt32(this.advance(4), true);
  }

  float32(): number {
    return this.view.getFloat32(this.advance(4), true);
  }

  /** Beyond 2^53 the number is rounded; what it counts must be checked against a far smaller bound anyhow. */
  uint64(): number {
    return Number(this.view.getBigUint64(this.advance(8), true));
  }

  /** Latin-1 up to a zero byte, which is taken too. */
  text(): string {
    const end = this.bytes.indexOf(0, this.offset);
    if (end < 0) throw damaged(`${this.what} is cut off`);
    return new TextDecoder('latin1').decode(this.take(end + 1 - this.offset).subarray(0, -1));
  }

  /** Latin-1 up to the end. */
  rest(): string {
    return new TextDecoder('latin1').decode(this.take(this.left)).replace(/\0+$/, '');
  }

  /** The next `length` bytes, not copied. */
  take(length: number): Uint8Array {
    const start = this.advance(length);
    return this.bytes.subarray(start, start + length);
  }

  slice(length: number, what: string): ByteReader {
    return new ByteReader(this.take(length), what);
  }

  private advance(length: number): number {
    const start = this.offset;
    if (!(length <= this.left)) throw damaged(`${this.what} is cut off`);
    this.offset = start + length;
    return start;
  }
}
