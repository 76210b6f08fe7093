import { crc32 } from './crc32.ts';
import { ContainerError } from './errors.ts';
import { writeHeaderBox } from './header-box.ts';
import { inspectJpeg } from './jpeg-frame.ts';
import { partBytes, type LayeredHeader } from './layout.ts';

export interface LayeredFile {
  /** The base JPEG: it is kept byte for byte up to and with its EOI; what follows that is dropped. */
  readonly base: Uint8Array;
  readonly header: Omit<LayeredHeader, 'layers' | 'gainMap'>;
  readonly layers: readonly { readonly data: Uint8Array; readonly range: number }[];
  readonly gainMap?: Uint8Array | undefined;
}

/**
 * Puts a layered file together: base, header box, layers, gain-map part.
 *
 * @throws ContainerError for a base that is no whole JPEG; `base_mismatch` where the header's size is not the base's;
 *   `invalid_argument` for values that the header cannot hold
 */
export function writeLayered({ base, header, layers, gainMap }: LayeredFile): Uint8Array {
  const size = inspectJpeg(base);
  if (size.width !== header.width || size.height !== header.height) {
    throw new ContainerError(
      'base_mismatch',
      `The header says ${header.width} × ${header.height}, the base is ${size.width} × ${size.height}.`,
    );
  }
  const jpeg = partBytes(base, { offset: 0, length: size.end });
  const box = writeHeaderBox(
    {
      ...header,
      layers: layers.map(({ data, range }) => ({ bytes: data.length, crc32: crc32(data), range })),
      gainMap: gainMap === undefined ? null : { bytes: gainMap.length, crc32: crc32(gainMap) },
    },
    { length: jpeg.length, crc32: crc32(jpeg) },
  );
  const parts = [
    jpeg,
    box,
    ...layers.map((layer) => layer.data),
    ...(gainMap === undefined ? [] : [gainMap]),
  ];
  return concatenate(parts);
}

export function concatenate(parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}
