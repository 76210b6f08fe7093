import sharp from 'sharp';
import { decodeCodes } from '../codes.ts';
import { colourOfCicp, SRGB } from '../colour/cicp.ts';
import { linearise, type Codes, type Colour } from '../colour/colour.ts';
import { colourOfIcc } from '../colour/icc.ts';
import { damaged, FormatError } from '../errors.ts';
import type { Format, ReadOptions } from '../format.ts';
import { appleFormula, isoFormula } from '../gain-map/formula.ts';
import { withGains } from '../gain-map/with-gains.ts';
import { checkSize } from '../limits.ts';
import { refuse, sizeOfSdr } from '../sdr/decode.ts';
import { isLayered } from '../sdr/signals.ts';
import { turn } from '../../codec/turn.ts';
import { exifOrientation } from '../../container/index.ts';
import { appleHeadroom } from '../tiff/exif.ts';
import {
  announcesGainMap,
  endOf,
  findGainMap,
  meaningInPiece,
  standsAlone,
  type JpegGainMap,
} from './find.ts';
import { furtherPictures } from './multi-picture.ts';
import { jpegShownSize } from './shown-size.ts';
import { readJpegHeader, type JpegHeader } from './segments.ts';

/**
 * JPEG with a gain map: "Ultra HDR Image Format v1.1", ISO 21496-1 and Apple's, each at the full weight of its map; and JPEG whose
 * profile is PQ's or HLG's.
 */
export const ultraHdr: Format<'ultrahdr'> = {
  kind: 'ultrahdr',
  name: 'JPEG with a gain map',
  hdr: true,

  sniff: (bytes) =>
    bytes[0] === 0xff && bytes[1] === 0xd8 && bytes[2] === 0xff && !isLayered(bytes) && hasGainMap(bytes),

  readHeader: sizeOfSdr,

  probe(bytes, piece) {
    const header = readJpegHeader(bytes);
    const meaning = findGainMap(bytes)?.meaning ?? (piece ? meaningInPiece(piece, header.exif) : null);
    const known = { ...jpegShownSize(bytes), hdr: true, cut: header.size === null };
    if (meaning) return { ...known, headroom: headroomOf(meaning) };
    // What the camera's notes say stands until the map says other.
    const peak = header.exif && appleHeadroom(header.exif);
    const headroom = peak === null ? null : Math.log2(peak);
    return { ...known, headroom, elsewhere: placesToLook(header) };
  },

  async read(bytes, options) {
    const found = findGainMap(bytes);
    if (!found) {
      if (endOf(bytes, 0) === null) throw damaged('the JPEG ends before its picture does');
      throw new FormatError('unsupported_feature', 'this JPEG announces a gain map that is not described');
    }
    checkSize(await sizeOfSdr(bytes), options);
    const { icc } = await sharp(bytes, { limitInputPixels: false }).metadata().catch(refuse);
    const { exif } = readJpegHeader(bytes);
    const orientation = exif ? exifOrientation(exif) : 1;
    const { codes: base, colour } = await baseOf(bytes, icc, options);
    const { start, end, meaning } = found;
    if (meaning.by !== 'apple' && meaning.metadata.baseIsHdr)
      return { ...turn(linearise(base, colour), orientation), hdr: true };
    const jpeg = bytes.subarray(start, end);
    const gains = await mapCodes(jpeg, options);
    const formula = meaning.by === 'apple' ? appleFormula(meaning.headroom) : isoFormula(meaning.metadata);
    const own = meaning.by === 'apple' || meaning.metadata.useBaseColours ? null : await primariesOf(jpeg);
    // The map lies as the base is stored; only the base says how both are to be turned.
    return turn(withGains(base, colour, gains, own, formula), orientation);
  },
};

/** Some writers' index is of before they put in a last segment: where it points, the map has begun. */
const BEFORE = 4096;

function placesToLook(header: JpegHeader): number[] {
  return furtherPictures(header).map((start) => Math.max(0, start - BEFORE));
}

function headroomOf(meaning: JpegGainMap['meaning']): number {
  return meaning.by === 'apple' ? Math.log2(meaning.headroom) : meaning.metadata.capacityMax;
}

/**
 * A gain map that is announced, or there without a word. One that is announced and behind bytes that are not there must not pass for
 * SDR; where an editor has dropped it, what is left is SDR.
 */
function hasGainMap(bytes: Uint8Array): boolean {
  const header = readJpegHeader(bytes);
  if (announcesGainMap(header)) return !standsAlone(bytes);
  if (!header.multiPicture) return false;
  // An iPhone's notes say that its picture has a map, also where the bytes end before it.
  if (endOf(bytes, 0) === null) return header.exif !== null && appleHeadroom(header.exif) !== null;
  try {
    return findGainMap(bytes) !== null;
  } catch (error) {
    if (error instanceof FormatError) return true;
    throw error;
  }
}

/** A profile of tables is left to libvips, which brings the codes to sRGB. */
async function baseOf(
  bytes: Uint8Array,
  icc: Uint8Array | undefined,
  options: ReadOptions,
): Promise<{ codes: Codes; colour: Colour }> {
  const colour = icc ? colourOfIcc(icc) : null;
  const codes = await decodeCodes(bytes, 8, { ...options, toSrgb: colour === null });
  return { codes, colour: colour ?? colourOfCicp(SRGB) };
}

async function mapCodes(jpeg: Uint8Array, options: ReadOptions): Promise<Codes> {
  const { size } = readJpegHeader(jpeg);
  if (!size) throw damaged('the gain map of this JPEG has no frame');
  checkSize(size, options);
  return decodeCodes(jpeg, 8, options);
}

async function primariesOf(jpeg: Uint8Array): Promise<Colour['chromaticities'] | null> {
  const { icc } = await sharp(jpeg, { limitInputPixels: false }).metadata().catch(refuse);
  return (icc && colourOfIcc(icc)?.chromaticities) ?? null;
}
