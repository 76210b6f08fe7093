import { pqToNits } from '../pq-tables.ts';

/*
 * What a viewer's eye makes of luminance, by PQ value: tables from HDR-VDP-2 (Mantiuk, Kim, Rempel and Heidrich, SIGGRAPH
 * 2011; constants of its version 2.2.1). Spectra, rods and glare are left out.
 */

/** Steps of the tables over PQ values, and the luminance, cd/m², below which nothing is told apart. */
const ENTRIES = 4096;
const DARKEST = 1e-4;
const NITS = Float64Array.from({ length: ENTRIES + 1 }, (_, i) => Math.max(DARKEST, pqToNits(i / ENTRIES)));

/** Luminance in cd/m², then the neural contrast sensitivity function's four parameters. */
const NEURAL = [
  [0.002, 0.991265, 3.74038, 0.50722, 4.46044],
  [0.02, 0.800889, 3.54104, 0.682505, 4.94958],
  [0.2, 0.476505, 4.37453, 0.750315, 5.28678],
  [2, 0.405782, 4.40602, 0.935314, 5.61425],
  [20, 0.334278, 3.79542, 1.07327, 6.4635],
  [150, 0.394533, 2.7755, 1.16577, 7.45665],
] as const;

const RESPONSE = responses();

/** Integral of sensitivity L / ΔL over log luminance. */
function responses(): Float32Array {
  const table = new Float32Array(ENTRIES + 2);
  let sum = 0;
  for (let i = 1; i <= ENTRIES; i++) {
    const [low, high] = [NITS[i - 1]!, NITS[i]!];
    sum += Math.log(high / low) * 30.162 * ((4.0627 / Math.sqrt(low * high)) ** 1.6596 + 1) ** -0.2712;
    table[i] = sum;
  }
  table[ENTRIES + 1] = sum;
  return table;
}

/** PQ values → responses in just noticeable differences from black. */
export function response(signal: Float32Array): Float32Array {
  const found = new Float32Array(signal.length);
  for (let i = 0; i < found.length; i++) {
    const at = placeOf(signal[i]!);
    const k = Math.trunc(at);
    const low = RESPONSE[k]!;
    found[i] = low + (at - k) * (RESPONSE[k + 1]! - low);
  }
  return found;
}

/** Share of a grating's contrast that the eye's optics let through, at a frequency in cycles per degree. */
export function opticalTransfer(frequency: number): number {
  return 0.4248 * Math.exp(-0.028 * frequency) + 0.5724 * Math.exp(-0.37 * frequency);
}

/** Neural contrast sensitivity at a frequency in cycles per degree, as a function of PQ values. */
export function sensitivities(frequency: number): (signal: Float32Array) => Float32Array {
  const table = Float32Array.from(NITS, (nits) => neuralSensitivity(frequency, nits));
  return (signal) => {
    const found = new Float32Array(signal.length);
    for (let i = 0; i < found.length; i++) found[i] = table[Math.trunc(placeOf(signal[i]!))]!;
    return found;
  };
}

function placeOf(signal: number): number {
  return signal > 0 ? (signal < 1 ? signal * ENTRIES : ENTRIES) : 0;
}

function neuralSensitivity(frequency: number, nits: number): number {
  const above = NEURAL.findIndex(([level]) => level > nits);
  const high = NEURAL.at(above)!;
  const low = NEURAL[Math.max(0, above - 1)] ?? high;
  const from = above < 0 ? high : low;
  const share = high === from ? 0 : Math.log(Math.max(nits, from[0]) / from[0]) / Math.log(high[0] / from[0]);
  const parameter = (k: 1 | 2 | 3 | 4): number => from[k] + share * (high[k] - from[k]);
  const rise = (1 - Math.exp(-((frequency / 7) ** 2))) ** parameter(3);
  return parameter(4) / Math.sqrt((1 + (parameter(1) * frequency) ** parameter(2)) / rise);
}
