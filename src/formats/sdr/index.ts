import { decodeCodes } from '../codes.ts';
import { linearise } from '../colour/colour.ts';
import { colourOfIcc } from '../colour/icc.ts';
import { FormatError } from '../errors.ts';
import type { Format, PictureProbe } from '../format.ts';
import { headroomOf } from '../headroom.ts';
import { jpegShownSize } from '../ultra-hdr/shown-size.ts';
import { readJpegHeader } from '../ultra-hdr/segments.ts';
import { webpProfile, webpSize } from './webp-header.ts';
import { checkSize } from '../limits.ts';
import { turn } from '../../codec/turn.ts';
import { decodeSdr, metadataOf, sizeOfSdr } from './decode.ts';
import { isLayered } from './signals.ts';

// What every image CDN takes, decoded by libvips (sharp), which knows their profiles, orientations and damages. A profile of PQ or
// HLG makes an HDR picture of any of them.

export const jpeg = sdrFormat(
  'jpeg',
  'JPEG',
  (bytes) => startsWith(bytes, 0, '\xff\xd8\xff'),
  (bytes) => {
    if (isLayered(bytes)) return 'this is a layered file already; what it was encoded from is read here';
    const { bits } = readJpegHeader(bytes);
    return bits > 8 ? `JPEG of ${bits} bits is not read; save the picture as PNG or TIFF of 16 bits` : null;
  },
  (bytes) => {
    const { size, icc } = readJpegHeader(bytes);
    return { ...jpegShownSize(bytes), ...rangeOf(icc), cut: size === null };
  },
);

export const webp = sdrFormat(
  'webp',
  'WebP',
  (bytes) => startsWith(bytes, 0, 'RIFF') && startsWith(bytes, 8, 'WEBP'),
  () => null,
  (bytes) => ({ ...webpSize(bytes), ...rangeOf(webpProfile(bytes)) }),
);

/**
 * @param refusal why a file of this format is not SDR, or null: an HDR picture must not be read as if it were
 */
function sdrFormat<Kind extends string>(
  kind: Kind,
  name: string,
  sniff: (bytes: Uint8Array) => boolean,
  refusal: (bytes: Uint8Array) => string | null,
  probe: Format['probe'],
): Format<Kind> {
  return {
    kind,
    name,
    hdr: false,
    sniff,
    readHeader: sizeOfSdr,
    probe,
    async read(bytes, options) {
      const reason = refusal(bytes);
      if (reason !== null) throw new FormatError('unsupported_feature', reason);
      const { icc, orientation, autoOrient } = await metadataOf(bytes);
      const colour = icc && colourOfIcc(icc);
      if (!colour || colour.transfer === 'sdr') return decodeSdr(bytes, options);
      checkSize(autoOrient, options);
      return turn(linearise(await decodeCodes(bytes, 8, options), colour), orientation ?? 1);
    },
  };
}

/** What a profile says, where there is one. */
function rangeOf(icc: Uint8Array | null): Pick<PictureProbe, 'hdr' | 'headroom'> {
  const transfer = (icc && colourOfIcc(icc)?.transfer) ?? 'sdr';
  return { hdr: transfer !== 'sdr', headroom: headroomOf(transfer, null) };
}

function startsWith(bytes: Uint8Array, at: number, characters: string): boolean {
  return Array.from(characters).every((character, i) => bytes[at + i] === character.charCodeAt(0));
}
