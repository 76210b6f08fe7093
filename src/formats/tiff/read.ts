import { CHROMATICITIES, type Chromaticities } from '../chromaticities.ts';
import { decodeCodes } from '../codes.ts';
import { colourOfCicp, SRGB } from '../colour/cicp.ts';
import { inNamedPrimaries, linearise } from '../colour/colour.ts';
import { colourOfIcc } from '../colour/icc.ts';
import { linear } from '../colour/transfer.ts';
import type { Format } from '../format.ts';
import { headroomOf } from '../headroom.ts';
import { checkSize } from '../limits.ts';
import { decodeSdr } from '../sdr/decode.ts';
import { turn } from '../../codec/turn.ts';
import { turnedSize } from '../../container/index.ts';
import { isCameraRaw } from './camera-raw.ts';
import { readFloatSamples } from './float.ts';
import { isBigTiff, readTiffHeader, refuseBigTiff, type TiffHeader } from './header.ts';
import { readTiffStart } from './ifd.ts';

/** TIFF: linear light of floating point is HDR; what is coded in integers is SDR, unless its profile is PQ's or HLG's. */
export const tiff: Format<'tiff'> = {
  kind: 'tiff',
  name: 'TIFF',
  hdr: false,

  sniff: (bytes) => (readTiffStart(bytes) !== null && !isCameraRaw(bytes)) || isBigTiff(bytes),

  readHeader(bytes) {
    refuseBigTiff(bytes);
    const header = readTiffHeader(bytes);
    return turnedSize(header, header.orientation);
  },

  probe(bytes) {
    refuseBigTiff(bytes);
    const header = readTiffHeader(bytes);
    const transfer = (header.icc && colourOfIcc(header.icc)?.transfer) ?? 'sdr';
    const hdr = header.float || transfer !== 'sdr';
    return { ...turnedSize(header, header.orientation), hdr, headroom: headroomOf(transfer, null) };
  },

  async read(bytes, options) {
    refuseBigTiff(bytes);
    const header = readTiffHeader(bytes);
    checkSize(header, options);
    const { width, height, orientation, float, bits } = header;
    const profile = header.icc && colourOfIcc(header.icc);
    if (float) {
      const light = readFloatSamples(bytes, header);
      // Whatever curve a profile has, samples of floating point are linear; 1.0 is what their maker took it for.
      const colour = {
        chromaticities: profile?.chromaticities ?? chromaticitiesOf(header),
        curves: [linear, linear, linear],
        transfer: 'sdr',
      } as const;
      const picture = {
        width,
        height,
        ...inNamedPrimaries(light, width, colour),
        hdr: true,
        nitsPerUnit: null,
      };
      return turn(picture, orientation);
    }
    if (bits !== 16 || (header.icc && !profile)) return decodeSdr(bytes, options);
    const colour = profile ?? colourOfCicp(SRGB);
    return turn(linearise(await decodeCodes(bytes, bits, options), colour), orientation);
  },
};

function chromaticitiesOf({ chromaticities }: TiffHeader): Chromaticities {
  return chromaticities ?? CHROMATICITIES.bt709;
}
