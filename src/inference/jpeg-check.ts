import { ContainerError, jpegSegments, jpegSize, startsFrame, type JpegSize } from '../container/index.ts';

export type JpegErrorCode = 'jpeg_damaged' | 'jpeg_components' | 'jpeg_sampling' | 'jpeg_too_large';

/** A JPEG that is no base layer, by a stable code. */
export class JpegError extends Error {
  readonly code: JpegErrorCode;

  constructor(code: JpegErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'JpegError';
    this.code = code;
  }
}

/** Grey and three-component JPEGs of at most so many pixels are decoded, whatever the platform. */
export const MAX_JPEG_PIXELS = 2 ** 28;

/**
 * Looks at the frame header, before a decoder allocates what it asks for. Throws JpegError `jpeg_damaged`, `jpeg_components` (CMYK), `jpeg_sampling` or `jpeg_too_large`.
 */
export function checkJpeg(jpeg: Uint8Array, maxPixels: number): JpegSize {
  const { size, sampling } = frameHeader(jpeg);
  if (size.components !== 1 && size.components !== 3) {
    throw new JpegError(
      'jpeg_components',
      `The JPEG has ${size.components} components; grey and RGB (YCbCr) ones can be a base layer.`,
    );
  }
  if (size.components === 3 && !isTurboSampling(sampling)) {
    throw new JpegError('jpeg_sampling', `The JPEG is sampled ${sampling.join()}, which few decoders know.`);
  }
  if (size.width * size.height > maxPixels) {
    throw new JpegError(
      'jpeg_too_large',
      `The JPEG has ${size.width} × ${size.height} pixels; ${maxPixels} are allowed.`,
    );
  }
  return size;
}

/** The samplings that TurboJPEG's API names, with the ways in which encoders write them: `HxV` of Y, Cb, Cr. */
function isTurboSampling([luma, cb, cr]: readonly string[]): boolean {
  if (luma === undefined || cb !== cr) return false;
  if (cb === '1x1') return ['1x1', '2x1', '2x2', '1x2', '4x1', '1x4'].includes(luma);
  return luma === '2x2' ? cb === '1x2' || cb === '2x1' : cb === luma && (luma === '2x1' || luma === '1x2');
}

function frameHeader(jpeg: Uint8Array): { size: JpegSize; sampling: string[] } {
  try {
    const size = jpegSize(jpeg);
    for (const { marker, data } of jpegSegments(jpeg)) {
      if (!startsFrame(marker)) continue;
      // T.81 B.2.2: per component its id, H and V in one byte, and its quantization table.
      const sampling = Array.from({ length: size.components }, (_, i) => {
        const factors = jpeg[data.offset + 7 + 3 * i]!;
        return `${factors >> 4}x${factors & 15}`;
      });
      return { size, sampling };
    }
  } catch (cause) {
    if (cause instanceof ContainerError) throw new JpegError('jpeg_damaged', cause.message, { cause });
    throw cause;
  }
  throw new JpegError('jpeg_damaged', 'The JPEG has no frame header.');
}
