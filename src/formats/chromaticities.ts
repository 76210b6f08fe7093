import type { Primaries } from '../codec/picture.ts';

/** CIE 1931 x, y of red, green, blue and white, as OpenEXR's attribute and Radiance's PRIMARIES line give them. */
export type Chromaticities = readonly [number, number, number, number, number, number, number, number];
/** 3 × 3, row by row. */
export type Matrix = readonly number[];

/** ITU-R BT.709, BT.2020 and SMPTE EG 432-1 with D65 (Display P3). */
export const CHROMATICITIES: Record<Primaries, Chromaticities> = {
  bt709: [0.64, 0.33, 0.3, 0.6, 0.15, 0.06, 0.3127, 0.329],
  bt2020: [0.708, 0.292, 0.17, 0.797, 0.131, 0.046, 0.3127, 0.329],
  'display-p3': [0.68, 0.32, 0.265, 0.69, 0.15, 0.06, 0.3127, 0.329],
};

/** Writers round to two to four digits; the named primaries lie further apart than this. */
const NEAR = 0.005;

/**
 * The named primaries that a file's chromaticities stand for, and the matrix that brings its linear light there (null
 * where they are those). Others become BT.709, or BT.2020 when BT.709 would have to clip them (ACES, Adobe RGB, …),
 * with the white adapted by Bradford. null for chromaticities that span no colours.
 */
export function resolveChromaticities(
  from: Chromaticities,
): { primaries: Primaries; matrix: Matrix | null } | null {
  for (const name of Object.keys(CHROMATICITIES) as Primaries[])
    if (CHROMATICITIES[name].every((value, i) => Math.abs(value - from[i]!) <= NEAR))
      return { primaries: name, matrix: null };
  const toBt709 = conversion(from, CHROMATICITIES.bt709);
  if (!toBt709) return null;
  if (toBt709.every((value) => value >= -NEAR)) return { primaries: 'bt709', matrix: toBt709 };
  return { primaries: 'bt2020', matrix: conversion(from, CHROMATICITIES.bt2020) };
}

/** Weights of luminance in R, G and B: the Y row of the matrix to XYZ; BT.709's where the chromaticities span no colours. */
export function luminanceWeights(from: Chromaticities): readonly [number, number, number] {
  const m = toXyz(from) ?? toXyz(CHROMATICITIES.bt709)!;
  return [m[3]!, m[4]!, m[5]!];
}

/** Multiplies every pixel of (h, w, 3) by the matrix, in place. */
export function applyMatrix(data: Float32Array, m: Matrix): void {
  for (let i = 0; i < data.length; i += 3) {
    const r = data[i]!;
    const g = data[i + 1]!;
    const b = data[i + 2]!;
    data[i] = m[0]! * r + m[1]! * g + m[2]! * b;
    data[i + 1] = m[3]! * r + m[4]! * g + m[5]! * b;
    data[i + 2] = m[6]! * r + m[7]! * g + m[8]! * b;
  }
}

export function conversion(from: Chromaticities, to: Chromaticities): Matrix | null {
  const source = toXyz(from);
  const target = invert(toXyz(to)!);
  if (!source || !target) return null;
  if (isXyz(from)) return multiply(target, source);
  return multiply(target, multiply(adaptation(whiteXyz(from), whiteXyz(to)), source));
}

/** XYZ's white says nothing of a picture's: what is in XYZ, as OpenEXR's own sample, has its white at that of its light. */
function isXyz(c: Chromaticities): boolean {
  return [1, 0, 0, 1, 0, 0, 1 / 3, 1 / 3].every((value, i) => Math.abs(value - c[i]!) <= NEAR);
}

/** RGB → XYZ with Y = 1 at white (SMPTE RP 177). A primary's y may be 0, as of XYZ itself, or below, as of ACES's blue. */
function toXyz(c: Chromaticities): Matrix | null {
  if (!c.every(Number.isFinite)) return null;
  const [rx, ry, gx, gy, bx, by, wx, wy] = c;
  if (wy <= 0 || wx <= 0) return null;
  const columns = [rx, gx, bx, ry, gy, by, 1 - rx - ry, 1 - gx - gy, 1 - bx - by];
  const inverse = invert(columns);
  if (!inverse) return null;
  const scale = transform(inverse, whiteXyz(c));
  if (!scale.every((value) => value > 0)) return null;
  return columns.map((value, i) => value * scale[i % 3]!);
}

function whiteXyz(c: Chromaticities): readonly number[] {
  return [c[6] / c[7], 1, (1 - c[6] - c[7]) / c[7]];
}

/** The Bradford transform's cone responses (Lam 1985; ICC.1 annex E). */
const BRADFORD: Matrix = [0.8951, 0.2664, -0.1614, -0.7502, 1.7135, 0.0367, 0.0389, -0.0685, 1.0296];

function adaptation(from: readonly number[], to: readonly number[]): Matrix {
  const source = transform(BRADFORD, from);
  const target = transform(BRADFORD, to);
  const scaled = BRADFORD.map(
    (value, i) => (value * target[Math.floor(i / 3)]!) / source[Math.floor(i / 3)]!,
  );
  return multiply(invert(BRADFORD)!, scaled);
}

/** CIE XYZ of the white x, y → named primaries. */
export function matrixFromXyz(x: number, y: number, to: Primaries): Matrix {
  const target = CHROMATICITIES[to];
  return multiply(invert(toXyz(target)!)!, adaptation([x / y, 1, (1 - x - y) / y], whiteXyz(target)));
}

/** XYZ of ICC's connection space, whose white is D50 (ICC.1, 6.3.4.3). */
const D50 = [0.9642, 1, 0.8249];
const D65 = whiteXyz(CHROMATICITIES.bt709);

/** From the connection space's D50 back to a picture's own white: the inverse of what its profile did to it, else to D65. */
export function adaptationFromD50(chad: Matrix | undefined): Matrix | null {
  return chad ? invert(chad) : adaptation(D50, D65);
}

/**
 * The chromaticities of a matrix RGB → XYZ.
 *
 * @param toD50 the columns as a profile has them
 * @param fromD50 brings them to the white of the picture; null where there is none
 */
export function chromaticitiesOf(toD50: Matrix, fromD50: Matrix | null): Chromaticities | null {
  if (!fromD50) return null;
  const m = multiply(fromD50, toD50);
  const column = (c: number): readonly number[] => [m[c]!, m[3 + c]!, m[6 + c]!];
  const white = [0, 1, 2].map((row) => m[3 * row]! + m[3 * row + 1]! + m[3 * row + 2]!);
  const xy = [column(0), column(1), column(2), white].flatMap(([x, y, z]) => {
    const sum = x! + y! + z!;
    return [x! / sum, y! / sum];
  });
  return xy.every(Number.isFinite) ? (xy as unknown as Chromaticities) : null;
}

function transform(m: Matrix, v: readonly number[]): readonly number[] {
  return [0, 3, 6].map((row) => m[row]! * v[0]! + m[row + 1]! * v[1]! + m[row + 2]! * v[2]!);
}

const multiply = (a: Matrix, b: Matrix): Matrix =>
  a.map((_, i) => {
    const row = i - (i % 3);
    return a[row]! * b[i % 3]! + a[row + 1]! * b[3 + (i % 3)]! + a[row + 2]! * b[6 + (i % 3)]!;
  });

function invert(m: Matrix): Matrix | null {
  const cofactor = (a: number, b: number, c: number, d: number): number => m[a]! * m[d]! - m[b]! * m[c]!;
  const adjugate = [
    [4, 5, 7, 8],
    [2, 1, 8, 7],
    [1, 2, 4, 5],
    [5, 3, 8, 6],
    [0, 2, 6, 8],
    [2, 0, 5, 3],
    [3, 4, 6, 7],
    [1, 0, 7, 6],
    [0, 1, 3, 4],
  ].map(([a, b, c, d]) => cofactor(a!, b!, c!, d!));
  const determinant = m[0]! * adjugate[0]! + m[1]! * adjugate[3]! + m[2]! * adjugate[6]!;
  if (!Number.isFinite(determinant) || Math.abs(determinant) < 1e-9) return null;
  return adjugate.map((value) => value / determinant);
}
