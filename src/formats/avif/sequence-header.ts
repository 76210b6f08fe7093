import type { Cicp } from '../colour/cicp.ts';
import type { Extent } from './items.ts';

// AV1 Bitstream & Decoding Process Specification, 5.3 to 5.5.

/** What an AV1 picture says of its colours itself, which holds where the file around it says nothing. */
export interface SequenceColours {
  readonly monochrome: boolean;
  /** Null where they are not said. */
  readonly cicp: Cicp | null;
  readonly fullRange: boolean;
  /** Which bit of the file says so; null where it follows from the codes. */
  readonly rangeBit: number | null;
}

const SEQUENCE_HEADER = 1;
/** A temporal delimiter, padding and metadata may come before it. */
const MOST_UNITS = 16;

/** By the sequence header at the beginning of an item's data; null where there is none to be read. */
export function sequenceColours(bytes: Uint8Array, { offset, length }: Extent): SequenceColours | null {
  const end = Math.min(offset + length, bytes.length);
  let at = offset;
  for (let i = 0; i < MOST_UNITS && at < end; i++) {
    const header = bytes[at++]!;
    if ((header & 4) !== 0) at++;
    let size = end - at;
    if ((header & 2) !== 0) [size, at] = leb128(bytes, at);
    if (((header >> 3) & 15) === SEQUENCE_HEADER)
      return coloursOf(new Bits(bytes, at, Math.min(at + size, end)));
    at += size;
  }
  return null;
}

/** A number of seven bits a byte, the lowest first, and where it ends. */
function leb128(bytes: Uint8Array, from: number): [value: number, end: number] {
  let value = 0;
  for (let i = 0; i < 8; i++) {
    const byte = bytes[from + i] ?? 0;
    value += (byte & 0x7f) * 2 ** (7 * i);
    if (byte < 0x80) return [value, from + i + 1];
  }
  return [value, from + 8];
}

function coloursOf(bits: Bits): SequenceColours | null {
  const profile = bits.take(3);
  bits.take(1);
  const reduced = bits.flag();
  if (reduced) bits.take(5);
  else skipOperatingPoints(bits);
  const [widthBits, heightBits] = [bits.take(4) + 1, bits.take(4) + 1];
  bits.take(widthBits);
  bits.take(heightBits);
  if (!reduced && bits.flag()) bits.take(7);
  bits.take(3);
  if (!reduced) skipTools(bits);
  bits.take(3);

  const deep = bits.flag();
  if (profile === 2 && deep) bits.take(1);
  const monochrome = profile !== 1 && bits.flag();
  const [primaries, transfer, matrix] = bits.flag()
    ? [bits.take(8), bits.take(8), bits.take(8)]
    : ([2, 2, 2] as const);
  const cicp = primaries === 2 || transfer === 2 ? null : { primaries, transfer };
  // sRGB as R, G, B has one range only.
  if (!monochrome && primaries === 1 && transfer === 13 && matrix === 0)
    return bits.isOver ? null : { monochrome, cicp, fullRange: true, rangeBit: null };
  const rangeBit = bits.at;
  const fullRange = bits.flag();
  return bits.isOver ? null : { monochrome, cicp, fullRange, rangeBit };
}

function skipOperatingPoints(bits: Bits): void {
  let delayBits = 0;
  if (bits.flag()) {
    bits.take(64);
    if (bits.flag()) skipUvlc(bits);
    if (bits.flag()) {
      delayBits = bits.take(5) + 1;
      bits.take(42);
    }
  }
  const displayDelay = bits.flag();
  for (let left = bits.take(5); left >= 0; left--) {
    bits.take(12);
    if (bits.take(5) > 7) bits.take(1);
    if (delayBits > 0 && bits.flag()) bits.take(2 * delayBits + 1);
    if (displayDelay && bits.flag()) bits.take(4);
  }
}

/** What the frames may be coded with. */
function skipTools(bits: Bits): void {
  bits.take(4);
  const orderHint = bits.flag();
  if (orderHint) bits.take(2);
  const screenContent = bits.flag() || bits.flag();
  if (screenContent && !bits.flag()) bits.take(1);
  if (orderHint) bits.take(3);
}

function skipUvlc(bits: Bits): void {
  let zeros = 0;
  while (zeros < 32 && !bits.flag()) zeros++;
  if (zeros < 32) bits.take(zeros);
}

/** Numbers of any number of bits, the highest first; those beyond the end are 0. */
class Bits {
  /** In bits from the beginning of the bytes. */
  at: number;
  private readonly bytes: Uint8Array;
  private readonly end: number;

  constructor(bytes: Uint8Array, start: number, end: number) {
    this.bytes = bytes;
    this.at = start * 8;
    this.end = end * 8;
  }

  take(count: number): number {
    let value = 0;
    for (let i = 0; i < count; i++, this.at++)
      value = value * 2 + (((this.bytes[Math.floor(this.at / 8)] ?? 0) >> (7 - (this.at % 8))) & 1);
    return value;
  }

  flag(): boolean {
    return this.take(1) === 1;
  }

  get isOver(): boolean {
    return this.at > this.end;
  }
}
