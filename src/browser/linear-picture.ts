import { REFERENCE_WHITE } from '../codec/luminance.ts';
import { toBt709 } from '../codec/primaries.ts';
import { linearFromPq, pqDecode } from '../codec/pq.ts';
import type { Primaries } from '../codec/picture.ts';
import { toHalf } from './half-float.ts';

/** What a canvas calls 1.0, in cd/m². */
export { REFERENCE_WHITE as SDR_WHITE };

/** A picture as a canvas takes it: linear light, BT.709 primaries, 1.0 is SDR white. */
export interface LinearPicture {
  readonly encoding: 'linear';
  readonly width: number;
  readonly height: number;
  /** (h, w, 4) interleaved R G B A, the bits of IEEE 754 binary16; alpha is 1. */
  readonly data: Uint16Array<ArrayBuffer>;
}

const ONE = 0x3c00;
const PQ_STEPS = 65535;
let table: Uint16Array | undefined;

/** PQ (h, w, 3) → half floats to show. A half float's steps, 2⁻¹¹ of the value, are finer than PQ's at 12 bits. */
export function linearPicture(pq: {
  readonly width: number;
  readonly height: number;
  readonly data: Float32Array;
  readonly primaries: Primaries;
}): LinearPicture {
  const { width, height } = pq;
  const data = new Uint16Array(width * height * 4);
  if (pq.primaries === 'bt709') fromPq(pq.data, data);
  else {
    const linear = linearFromPq(pq.data, REFERENCE_WHITE);
    fromLinear(toBt709({ ...pq, data: linear, nitsPerUnit: REFERENCE_WHITE }).data, data);
  }
  return { encoding: 'linear', width, height, data };
}

/** By a table of 16-bit PQ, since two powers for each value of a large picture would take seconds. */
function fromPq(pq: Float32Array, out: Uint16Array): void {
  table ??= Uint16Array.from({ length: PQ_STEPS + 1 }, (_, i) =>
    toHalf(pqDecode(i / PQ_STEPS) / REFERENCE_WHITE),
  );
  for (let i = 0, o = 0; i < pq.length;) {
    out[o++] = table[index(pq[i++]!)]!;
    out[o++] = table[index(pq[i++]!)]!;
    out[o++] = table[index(pq[i++]!)]!;
    out[o++] = ONE;
  }
}

function fromLinear(linear: Float32Array, out: Uint16Array): void {
  for (let i = 0, o = 0; i < linear.length;) {
    out[o++] = toHalf(linear[i++]!);
    out[o++] = toHalf(linear[i++]!);
    out[o++] = toHalf(linear[i++]!);
    out[o++] = ONE;
  }
}

function index(signal: number): number {
  return Math.min(Math.max(Math.round(signal * PQ_STEPS), 0), PQ_STEPS);
}
