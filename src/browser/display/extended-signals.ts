import { srgbEncode } from '../../codec/srgb.ts';
import { fromHalf, toHalf } from '../half-float.ts';
import type { LinearPicture } from '../linear-picture.ts';
import { gain } from './tone-map.ts';

const HALVES = 65536;
let last: { readonly exposure: number; readonly table: Uint16Array } | undefined;

/** A picture beyond SDR white: half floats of extended sRGB signal, (h, w, 4). @param exposure in stops */
export function extendedSignals({ data }: LinearPicture, exposure: number): Uint16Array<ArrayBuffer> {
  const table = signals(exposure);
  return data.map((half, i) => (i % 4 === 3 ? half : table[half]!));
}

/** Half float of light → half float of signal, in which such a canvas keeps its pixels. */
function signals(exposure: number): Uint16Array {
  if (last?.exposure === exposure) return last.table;
  const factor = gain(exposure);
  const table = Uint16Array.from({ length: HALVES }, (_, half) =>
    toHalf(srgbEncode(fromHalf(half) * factor)),
  );
  last = { exposure, table };
  return table;
}
