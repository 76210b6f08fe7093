import type { BigEndianReader, BigEndianWriter } from './big-endian.ts';
import { ContainerError } from './errors.ts';

/** Curves of R, G, B: 2…256 knots each, equally spaced over base code values 0…255; values PQ × 65535. */
export type InverseToneCurve = readonly [Uint16Array, Uint16Array, Uint16Array];

export const MIN_KNOTS = 2;
export const MAX_KNOTS = 256;
/** The number of knots, and three bytes for each at the most. */
export const MAX_CURVE_BYTES = 3 * (1 + 3 * MAX_KNOTS);

/**
 * Per channel: the number of knots less one, then every knot's difference from the straight line through the two before
 * it, zigzag-coded as a variable-length integer (7 bits a byte, lowest first, top bit = more follow). The curve is
 * smooth, so that most knots take one byte.
 */
export function writeInverseToneCurve(to: BigEndianWriter, curve: InverseToneCurve): void {
  for (const knots of curve) {
    to.u8(knots.length - 1);
    for (let k = 0; k < knots.length; k++) writeVarint(to, zigzag(knots[k]! - predicted(knots, k)));
  }
}

/** Throws ContainerError `invalid_header` where a knot leaves 0…65535. */
export function readInverseToneCurve(from: BigEndianReader): InverseToneCurve {
  return [readChannel(from), readChannel(from), readChannel(from)];
}

function readChannel(from: BigEndianReader): Uint16Array {
  const count = from.u8() + 1;
  if (count < MIN_KNOTS) throw invalid('has a single knot');
  const knots = new Uint16Array(count);
  for (let k = 0; k < count; k++) {
    const value = predicted(knots, k) + unzigzag(readVarint(from));
    if (value < 0 || value > 65535) throw invalid('leaves the range of PQ');
    knots[k] = value;
  }
  return knots;
}

/** The straight line through the two knots before, held within 0…65535: a difference then fits 17 bits. */
function predicted(knots: Uint16Array, k: number): number {
  if (k === 0) return 0;
  if (k === 1) return knots[0]!;
  return Math.min(Math.max(2 * knots[k - 1]! - knots[k - 2]!, 0), 65535);
}

function zigzag(value: number): number {
  return value < 0 ? -2 * value - 1 : 2 * value;
}

function unzigzag(value: number): number {
  return value % 2 === 1 ? -(value + 1) / 2 : value / 2;
}

function writeVarint(to: BigEndianWriter, value: number): void {
  let rest = value;
  while (rest > 0x7f) {
    to.u8((rest & 0x7f) | 0x80);
    rest >>>= 7;
  }
  to.u8(rest);
}

function readVarint(from: BigEndianReader): number {
  let value = 0;
  for (let shift = 0; shift < 21; shift += 7) {
    const byte = from.u8();
    value |= (byte & 0x7f) << shift;
    if (byte < 0x80) return value;
  }
  throw invalid('holds a number of more than three bytes');
}

function invalid(what: string): ContainerError {
  return new ContainerError('invalid_header', `The header's inverse tone curve ${what}.`);
}
