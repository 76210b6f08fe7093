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
import { readTiffHeader, type TiffHeader } from './header.ts';
import { readTiffStart } from './ifd.ts';
import { readLogLuv, XYZ } from './logluv.ts';
import { variantOf } from './variant.ts';
import { decodePastWarnings } from './warnings.ts';

/** TIFF: linear light, in floating point or LogLuv, is HDR; what is coded in integers is SDR, unless its profile is PQ's or HLG's. */
export const tiff: Format<'tiff'> = {
  kind: 'tiff',
  name: 'TIFF',
  hdr: false,

  sniff: (bytes) => readTiffStart(bytes) !== null && !isCameraRaw(bytes),

  readHeader(bytes) {
    const header = readTiffHeader(bytes);
    variantOf(header);
    return turnedSize(header, header.orientation);
  },

  probe(bytes) {
    const header = readTiffHeader(bytes);
    const transfer = (header.icc && colourOfIcc(header.icc)?.transfer) ?? 'sdr';
    const hdr = variantOf(header) !== 'codes' || transfer !== 'sdr';
    return { ...turnedSize(header, header.orientation), hdr, headroom: headroomOf(transfer, null) };
  },

  async read(bytes, options) {
    const header = readTiffHeader(bytes);
    checkSize(header, options);
    const { width, height, orientation, bits } = header;
    const variant = variantOf(header);
    const profile = header.icc && colourOfIcc(header.icc);
    if (variant !== 'codes') {
      const light =
        variant === 'float' ? readFloatSamples(bytes, header) : await readLogLuv(bytes, header, options);
      // Whatever curve a profile has, samples of floating point are linear; 1.0 is what their maker took it for.
      const colour = {
        chromaticities: variant === 'logluv' ? XYZ : (profile?.chromaticities ?? chromaticitiesOf(header)),
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
    return decodePastWarnings(async (failOn) => {
      if (bits !== 16 || (header.icc && !profile)) return decodeSdr(bytes, options, failOn);
      const colour = profile ?? colourOfCicp(SRGB);
      return turn(linearise(await decodeCodes(bytes, bits, { ...options, failOn }), colour), orientation);
    });
  },
};

function chromaticitiesOf({ chromaticities }: TiffHeader): Chromaticities {
  return chromaticities ?? CHROMATICITIES.bt709;
}
