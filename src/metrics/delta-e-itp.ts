import { pqEncode } from '../codec/pq.ts';
import { toBt2020 } from './bt2020.ts';

/** Linear BT.2020 → LMS, and PQ-encoded LMS → ICtCp (ITU-R BT.2100-2, table 7), both times 4096. */
const TO_LMS = [
  [1688, 2146, 262],
  [683, 2951, 462],
  [99, 309, 3688],
] as const;
const TO_ICTCP = [
  [2048, 2048, 0],
  [6610, -13613, 7003],
  [17933, -17390, -543],
] as const;

/** Interleaved linear BT.709 in cd/m² → interleaved I, T, P, where T is half of C_T (ITU-R BT.2124-0, annex 1). */
export function itpOf(light: Float32Array): Float64Array {
  const itp = new Float64Array(light.length);
  const wide = toBt2020(light);
  for (let i = 0; i < light.length; i += 3) {
    const lms = apply(TO_LMS, Math.max(wide[i]!, 0), Math.max(wide[i + 1]!, 0), Math.max(wide[i + 2]!, 0));
    const [l, m, s] = [pqEncode(lms[0] / 4096), pqEncode(lms[1] / 4096), pqEncode(lms[2] / 4096)];
    const ictcp = apply(TO_ICTCP, l, m, s);
    itp[i] = ictcp[0] / 4096;
    itp[i + 1] = (0.5 * ictcp[1]) / 4096;
    itp[i + 2] = ictcp[2] / 4096;
  }
  return itp;
}

/** Mean over the pixels of ΔE ITP (ITU-R BT.2124-0, annex 1): about 1 is just noticeable. */
export function meanDeltaEItp(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i += 3) {
    sum += Math.hypot(a[i]! - b[i]!, a[i + 1]! - b[i + 1]!, a[i + 2]! - b[i + 2]!);
  }
  return (720 * sum) / (a.length / 3);
}

type Row = readonly [number, number, number];

function apply(m: readonly [Row, Row, Row], x: number, y: number, z: number): Row {
  return [
    m[0][0] * x + m[0][1] * y + m[0][2] * z,
    m[1][0] * x + m[1][1] * y + m[1][2] * z,
    m[2][0] * x + m[2][1] * y + m[2][2] * z,
  ];
}
