import type { SdrPicture } from './picture.ts';
import { solveBanded, monotone } from './least-squares.ts';

/** One inverse tone curve per channel R, G, B: knots equally spaced over code values 0…255, values PQ × 65535. */
export type InverseToneCurve = readonly [Uint16Array, Uint16Array, Uint16Array];

const KNOTS = 64;
const SCALE = 65535;
/** Weight of the squared second differences, per pixel of an even spread: it carries the curve over empty code values. */
const SMOOTHNESS = 1e-3;

/**
 * Fits the inverse tone-mapping curve of this picture: per channel the piecewise linear function of the decoded base's
 * code value that comes closest, in squared error, to the original's PQ value; rising everywhere.
 *
 * @param sdr the base as the decoder will see it: decoded, not the tone-mapper's output
 * @param reference PQ planes (3, h, w) of the original
 */
export function fitInverseToneCurve(sdr: SdrPicture, reference: Float32Array): InverseToneCurve {
  return [fitChannel(sdr, reference, 0), fitChannel(sdr, reference, 1), fitChannel(sdr, reference, 2)];
}

function fitChannel(sdr: SdrPicture, reference: Float32Array, channel: number): Uint16Array {
  const pixels = sdr.width * sdr.height;
  const count = new Float64Array(256);
  const sum = new Float64Array(256);
  for (let i = 0; i < pixels; i++) {
    const code = sdr.data[3 * i + channel]!;
    count[code]!++;
    sum[code]! += reference[channel * pixels + i]!;
  }
  const { diagonals, right, pixelsAt } = normalEquations(count, sum, (SMOOTHNESS * pixels) / KNOTS);
  // Where there are no pixels nothing says how the curve goes, and nothing there may move it where there are.
  const knots = monotone(solveBanded(diagonals, right), pixelsAt);
  return Uint16Array.from(knots, (v) => Math.round(SCALE * Math.min(Math.max(v, 0), 1)));
}

/** Normal equations of the linear interpolation between knots, with second differences as a regulariser: a band of 5. */
function normalEquations(count: Float64Array, sum: Float64Array, weight: number) {
  const main = new Float64Array(KNOTS);
  const first = new Float64Array(KNOTS);
  const second = new Float64Array(KNOTS);
  const right = new Float64Array(KNOTS);
  const pixelsAt = new Float64Array(KNOTS).fill(1e-6 * weight);
  for (let code = 0; code < 256; code++) {
    const at = (code / 255) * (KNOTS - 1);
    const k = Math.min(KNOTS - 2, Math.trunc(at));
    const b = at - k;
    const a = 1 - b;
    main[k]! += count[code]! * a * a;
    main[k + 1]! += count[code]! * b * b;
    first[k]! += count[code]! * a * b;
    right[k]! += sum[code]! * a;
    right[k + 1]! += sum[code]! * b;
    pixelsAt[k]! += count[code]! * a;
    pixelsAt[k + 1]! += count[code]! * b;
  }
  for (let k = 1; k + 1 < KNOTS; k++) {
    main[k - 1]! += weight;
    main[k]! += 4 * weight;
    main[k + 1]! += weight;
    first[k - 1]! -= 2 * weight;
    first[k]! -= 2 * weight;
    second[k - 1]! += weight;
  }
  // With all pixels at one code value only the second differences speak, which leave a line's slope open.
  for (let k = 0; k < KNOTS; k++) main[k]! += 1e-6 * weight;
  return { diagonals: [main, first, second] as const, right, pixelsAt };
}

/** The curve at each of the 256 code values, PQ in [0, 1]. */
export function inverseToneTable(knots: Uint16Array): Float32Array {
  const table = new Float32Array(256);
  for (let code = 0; code < 256; code++) {
    const at = (code / 255) * (knots.length - 1);
    const k = Math.min(knots.length - 2, Math.trunc(at));
    table[code] = (knots[k]! + (at - k) * (knots[k + 1]! - knots[k]!)) / SCALE;
  }
  return table;
}

/** Inverse tone-mapping (ITMO): the decoded base, code values (h, w, 3) → PQ planes (3, h, w). */
export function applyInverseToneCurve(sdr: SdrPicture, curve: InverseToneCurve): Float32Array {
  const pixels = sdr.width * sdr.height;
  const planes = new Float32Array(3 * pixels);
  curve.forEach((knots, channel) => {
    const table = inverseToneTable(knots);
    for (let i = 0; i < pixels; i++) planes[channel * pixels + i] = table[sdr.data[3 * i + channel]!]!;
  });
  return planes;
}
