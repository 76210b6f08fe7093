import sharp from 'sharp';
import { CHROMATICITIES } from '../chromaticities.ts';
import { decodeCodes } from '../codes.ts';
import { colourOfCicp } from '../colour/cicp.ts';
import { linearise, type Colour } from '../colour/colour.ts';
import { colourOfIcc } from '../colour/icc.ts';
import { gamma, pq } from '../colour/transfer.ts';
import type { Format } from '../format.ts';
import { checkSize } from '../limits.ts';
import { decodeSdr, refuse, sizeOfSdr } from '../sdr/decode.ts';
import { headroomOf } from '../headroom.ts';
import { turn } from '../../codec/turn.ts';
import { exifOrientation, turnedSize } from '../../container/index.ts';
import { readPngHeader, type PngHeader } from './chunks.ts';

const SIGNATURE = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a];

/** PNG of any depth; in PQ or HLG, by its cICP chunk or a profile, it is HDR. */
export const png: Format<'png'> = {
  kind: 'png',
  name: 'PNG',
  hdr: false,

  sniff: (bytes) => SIGNATURE.every((byte, i) => bytes[i] === byte),

  readHeader: sizeOfSdr,

  probe(bytes) {
    const header = readPngHeader(bytes);
    const transfer = colourOfPng(header)?.transfer ?? 'sdr';
    const size = turnedSize(header, header.exif ? exifOrientation(header.exif) : 1);
    return { ...size, hdr: transfer !== 'sdr', headroom: headroomOf(transfer, header.maxNits) };
  },

  async read(bytes, options) {
    checkSize(await sizeOfSdr(bytes), options);
    const header = readPngHeader(bytes);
    const colour = colourOfPng(header);
    if (colour === null) return decodeSdr(bytes, options);
    const { orientation } = await sharp(bytes, { limitInputPixels: false }).metadata().catch(refuse);
    return turn(linearise(await decodeCodes(bytes, header.bits, options), colour), orientation ?? 1);
  },
};

/** What writers of PQ called their profile before there was cICP (PNG, third edition, annex E; "Using the ITU BT.2100 PQ EOTF"). */
const PQ_PROFILE = 'ITUR_2100_PQ_FULL';

/**
 * What the codes mean, by the first of its chunks that says so (PNG, third edition, 4.3); null for an ordinary SDR picture, which
 * libvips brings to sRGB.
 *
 * @throws FormatError `unsupported_feature`
 */
export function colourOfPng({ cicp, icc, srgb, gamma: exponent, chromaticities }: PngHeader): Colour | null {
  if (cicp) return cicp.primaries === 1 && cicp.transfer === 13 ? null : colourOfCicp(cicp);
  if (icc) {
    if (icc.name === PQ_PROFILE)
      return { chromaticities: CHROMATICITIES.bt2020, curves: [pq, pq, pq], transfer: 'pq' };
    const profile = icc.profile && colourOfIcc(icc.profile);
    return profile && profile.transfer !== 'sdr' ? profile : null;
  }
  // 1/2.2 is how the sRGB curve is said in gAMA.
  const ordinary = exponent === null || Math.abs(exponent - 0.45455) < 0.001;
  if (srgb || (ordinary && !chromaticities)) return null;
  const srgbCurve = colourOfCicp({ primaries: 1, transfer: 13 });
  const curve = ordinary ? srgbCurve.curves[0] : gamma(1 / exponent);
  return {
    chromaticities: chromaticities ?? CHROMATICITIES.bt709,
    curves: [curve, curve, curve],
    transfer: 'sdr',
  };
}
