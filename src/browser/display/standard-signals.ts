import { srgbEncode } from '../../codec/srgb.ts';
import { fromHalf } from '../half-float.ts';
import type { LinearPicture } from '../linear-picture.ts';
import { gain, rollOff } from './tone-map.ts';

const HALVES = 65536;
let last: { readonly exposure: number; readonly table: Uint8ClampedArray } | undefined;

/** A picture within SDR white, by our own tone mapping: sRGB code values, (h, w, 4). @param exposure in stops */
export function standardSignals({ data }: LinearPicture, exposure: number): Uint8ClampedArray<ArrayBuffer> {
  const table = codeValues(exposure);
  const out = new Uint8ClampedArray(data.length);
  for (let i = 0; i < data.length; i += 4) {
    out[i] = table[data[i]!]!;
    out[i + 1] = table[data[i + 1]!]!;
    out[i + 2] = table[data[i + 2]!]!;
    out[i + 3] = 255;
  }
  return out;
}

/** Half float → sRGB code value: 65536 curves' worth of arithmetic, however large the picture. */
function codeValues(exposure: number): Uint8ClampedArray {
  if (last?.exposure === exposure) return last.table;
  const factor = gain(exposure);
  const table = Uint8ClampedArray.from({ length: HALVES }, (_, half) => {
    const light = fromHalf(half) * factor;
    return Number.isNaN(light) ? 0 : 255 * srgbEncode(rollOff(light));
  });
  last = { exposure, table };
  return table;
}
