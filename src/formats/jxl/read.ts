import { FormatError } from '../errors.ts';
import type { Format } from '../format.ts';
import { headroomOf } from '../headroom.ts';
import { checkSize, type PictureSize } from '../limits.ts';
import { png } from '../png/read.ts';
import { openJxl, renderToPng } from './decoder.ts';
import { readJxlHeader } from './header.ts';

/** Signatures of a codestream and of its container (ISO/IEC 18181-2, 9.1). */
const SIGNATURES = ['\xff\x0a', '\0\0\0\x0cJXL \r\n\x87\n'];

/**
 * JPEG XL, by jxl-oxide: the decoder on npm that keeps more than 8 bits and says what they mean. It hands pictures out as PNG, so
 * that PQ and HLG come through whole, while floats beyond white do not and are refused.
 */
export const jxl: Format<'jxl'> = {
  kind: 'jxl',
  name: 'JPEG XL',
  hdr: false,

  sniff: (bytes) => SIGNATURES.some((signature) => begins(bytes, signature)),

  readHeader: sizeOf,

  probe(bytes) {
    const { transfer, maxNits } = readJxlHeader(bytes);
    return { ...sizeOf(bytes), hdr: transfer !== 'sdr', headroom: headroomOf(transfer, maxNits) };
  },

  read(bytes, options) {
    const { image, width, height } = openJxl(bytes);
    try {
      checkSize({ width, height }, options);
      const { floats, black } = readJxlHeader(bytes);
      if (black)
        throw new FormatError('unsupported_feature', 'JPEG XL in CMYK is not read; save the picture in RGB');
      if (floats)
        throw new FormatError(
          'unsupported_feature',
          'JPEG XL of floating point is not read; save the picture as OpenEXR, or as JPEG XL in PQ',
        );
      return png.read(renderToPng(image), options);
    } finally {
      image.free();
    }
  },
};

function sizeOf(bytes: Uint8Array): PictureSize {
  const { image, width, height } = openJxl(bytes);
  image.free();
  return { width, height };
}

function begins(bytes: Uint8Array, signature: string): boolean {
  return Array.from(signature).every((character, i) => bytes[i] === character.charCodeAt(0));
}
