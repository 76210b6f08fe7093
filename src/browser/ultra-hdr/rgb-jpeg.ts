import { encodeJpeg } from '../../codec/jpeg/index.ts';
import { joined } from '../../gain-map/segments.ts';

/** The finest that eight bits know: each coefficient to the nearest integer. */
const FINEST = new Uint8Array(64).fill(1);
/** APP14 of Adobe, its transform 0: the three components are red, green and blue (ITU-T T.872, 6.5.3). */
const ADOBE = Uint8Array.of(0xff, 0xee, 0, 14, ...new TextEncoder().encode('Adobe'), 0, 100, 0, 0, 0, 0, 0);
const SOI_BYTES = 2;

export interface RgbPlanes {
  readonly width: number;
  readonly height: number;
  /** (h, w) each: code values 0…255, which need not be whole. */
  readonly red: Float32Array;
  readonly green: Float32Array;
  readonly blue: Float32Array;
}

/**
 * A JPEG whose components are red, green and blue themselves, at its finest quantisation. The way through Y Cb Cr, which canvas
 * and JFIF know alone, costs 4 dB of red and blue in rounding.
 */
export function encodeRgbJpeg({ width, height, red, green, blue }: RgbPlanes): Uint8Array {
  const planes = { width, height, y: red, cb: green, cr: blue, subsampling: '4:4:4' } as const;
  const jfif = encodeJpeg(planes, { lumaTable: FINEST, chromaTable: FINEST, lambda: 0 });
  const jfifBytes = 2 + ((jfif[4]! << 8) | jfif[5]!);
  return joined([jfif.subarray(0, SOI_BYTES), ADOBE, jfif.subarray(SOI_BYTES + jfifBytes)]);
}
