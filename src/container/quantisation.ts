import { ContainerError } from './errors.ts';
import { jpegSegments, MARKER } from './jpeg-segments.ts';

const DQT = 0xdb;

/**
 * The quantisation table of a JPEG's first component (ITU-T T.81, B.2.4.1): 64 steps in the order of the zigzag.
 *
 * @throws ContainerError `invalid_jpeg` where there is none, and what `jpegSegments` throws
 */
export function lumaQuantisation(jpeg: Uint8Array): Uint16Array {
  for (const { marker, data } of jpegSegments(jpeg)) {
    if (marker === MARKER.SOS) break;
    if (marker !== DQT) continue;
    const end = data.offset + data.length;
    for (let at = data.offset; at < end;) {
      const wide = jpeg[at]! >> 4 === 0 ? 1 : 2;
      const slot = jpeg[at]! & 15;
      at++;
      if (at + 64 * wide > end) break;
      if (slot === 0) {
        return Uint16Array.from({ length: 64 }, (_, i) =>
          wide === 1 ? jpeg[at + i]! : (jpeg[at + 2 * i]! << 8) | jpeg[at + 2 * i + 1]!,
        );
      }
      at += 64 * wide;
    }
  }
  throw new ContainerError('invalid_jpeg', 'The JPEG has no quantisation table.');
}
