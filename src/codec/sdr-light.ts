import { REFERENCE_WHITE } from './luminance.ts';
import type { HdrPicture, SdrPicture } from './picture.ts';

/** An SDR picture as linear light: 1.0 is SDR white, 203 cd/m² (ITU-R BT.2408); sRGB by IEC 61966-2-1. */
export function sdrLight({ width, height, data: codes }: SdrPicture): HdrPicture {
  const table = Float32Array.from({ length: 256 }, (_, code) => {
    const signal = code / 255;
    return signal <= 0.04045 ? signal / 12.92 : ((signal + 0.055) / 1.055) ** 2.4;
  });
  const data = Float32Array.from(codes, (code) => table[code]!);
  return { width, height, data, primaries: 'bt709', nitsPerUnit: REFERENCE_WHITE };
}
