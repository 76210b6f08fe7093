import { guessNitsPerUnit, luminance } from '../../codec/luminance.ts';
import type { HdrPicture, Primaries } from '../../codec/picture.ts';
import { nitsToPq } from '../../codec/pq-tables.ts';

/** ITU-T H.273: BT.2020 primaries and PQ, in which our HDR files are coded whatever they were read from. */
export const CICP = { primaries: 9, transfer: 16 } as const;

type Row = readonly [number, number, number];

/** Linear light → BT.2020, D65 (ITU-R BT.2087-0; Display P3 by CSS Color 4, §20). */
const TO_BT2020: Record<Exclude<Primaries, 'bt2020'>, readonly [Row, Row, Row]> = {
  bt709: [
    [0.627404, 0.329283, 0.043313],
    [0.069097, 0.91954, 0.011362],
    [0.016391, 0.088013, 0.895595],
  ],
  'display-p3': [
    [0.753833, 0.198597, 0.04757],
    [0.045744, 0.941777, 0.012479],
    [-0.00121, 0.017602, 0.983609],
  ],
};
const AS_IT_IS: readonly [Row, Row, Row] = [
  [1, 0, 0],
  [0, 1, 0],
  [0, 0, 1],
];

/**
 * PQ code values 0…`peak` in BT.2020, interleaved with `channels` to a pixel; a fourth is opaque. A picture without a scale gets the
 * one that it would be encoded with.
 */
export function pqSamples(picture: HdrPicture, peak: number, channels: 3 | 4): Uint16Array {
  const { data, primaries } = picture;
  const nits = picture.nitsPerUnit ?? guessNitsPerUnit(luminance(data));
  const matrix = primaries === 'bt2020' ? AS_IT_IS : TO_BT2020[primaries];
  const samples = new Uint16Array((data.length / 3) * channels);
  for (let from = 0, to = 0; from < data.length; from += 3, to += channels) {
    const [r, g, b] = [data[from]! * nits, data[from + 1]! * nits, data[from + 2]! * nits];
    for (let c = 0; c < 3; c++) {
      const row = matrix[c]!;
      // What lies outside of BT.2020, too, is black to `nitsToPq`.
      samples[to + c] = Math.round(peak * nitsToPq(row[0] * r + row[1] * g + row[2] * b));
    }
    if (channels === 4) samples[to + 3] = peak;
  }
  return samples;
}
