import { FormatError } from '../errors.ts';
import type { Format } from '../format.ts';
import { decodeSdr, sizeOfSdr } from './decode.ts';
import { avifBrands, avifIsHdr, isLayered, pngIsHdr } from './signals.ts';

// What every image CDN takes, decoded by libvips (sharp), which knows their profiles, orientations and damages.

export const jpeg = sdrFormat(
  'jpeg',
  'JPEG',
  (bytes) => startsWith(bytes, 0, '\xff\xd8\xff'),
  (bytes) =>
    isLayered(bytes) ? 'this is a layered file already; what it was encoded from is read here' : null,
);

export const png = sdrFormat(
  'png',
  'PNG',
  (bytes) => startsWith(bytes, 0, '\x89PNG\r\n\x1a\n'),
  (bytes) => (pngIsHdr(bytes) ? 'this PNG is coded in PQ or HLG, which is not read here' : null),
);

export const webp = sdrFormat(
  'webp',
  'WebP',
  (bytes) => startsWith(bytes, 0, 'RIFF') && startsWith(bytes, 8, 'WEBP'),
  () => null,
);

export const avif = sdrFormat(
  'avif',
  'AVIF',
  (bytes) => startsWith(bytes, 4, 'ftyp') && avifBrands(bytes).some((brand) => /^avi[fs]$/.test(brand)),
  (bytes) => (avifIsHdr(bytes) ? 'this AVIF is coded in PQ or HLG, which is not read here' : null),
);

/** @param refusal why a file of this format is not SDR, or null: an HDR picture must not be read as if it were */
function sdrFormat<Kind extends string>(
  kind: Kind,
  name: string,
  sniff: (bytes: Uint8Array) => boolean,
  refusal: (bytes: Uint8Array) => string | null,
): Format<Kind> {
  return {
    kind,
    name,
    hdr: false,
    sniff,
    readHeader: sizeOfSdr,
    read(bytes, options) {
      const reason = refusal(bytes);
      if (reason !== null) throw new FormatError('unsupported_feature', reason);
      return decodeSdr(bytes, options);
    },
  };
}

function startsWith(bytes: Uint8Array, at: number, characters: string): boolean {
  return Array.from(characters).every((character, i) => bytes[at + i] === character.charCodeAt(0));
}
