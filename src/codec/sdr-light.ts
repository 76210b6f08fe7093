import { REFERENCE_WHITE } from './luminance.ts';
import type { HdrPicture, SdrPicture } from './picture.ts';
import { srgbDecode } from './srgb.ts';

/** An SDR picture as linear light: 1.0 is SDR white, 203 cd/m² (ITU-R BT.2408). */
export function sdrLight({ width, height, data: codes }: SdrPicture): HdrPicture {
  const table = Float32Array.from({ length: 256 }, (_, code) => srgbDecode(code / 255));
  const data = Float32Array.from(codes, (code) => table[code]!);
  return { width, height, data, primaries: 'bt709', nitsPerUnit: REFERENCE_WHITE };
}
