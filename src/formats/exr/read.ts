import type { HdrPicture } from '../../codec/picture.ts';
import { applyMatrix, CHROMATICITIES, luminanceWeights, resolveChromaticities } from '../chromaticities.ts';
import { damaged, FormatError } from '../errors.ts';
import type { Format } from '../format.ts';
import { checkSize, type PictureSize } from '../limits.ts';
import { cleanSamples } from '../samples.ts';
import { isThinnedOut, reconstructChroma } from './chroma.ts';
import { findChunks } from './chunks.ts';
import { compressionOf, decodeBlock } from './compression.ts';
import { boxHeight, boxWidth, parseExrHeader, type ExrHeader } from './header.ts';
import {
  boxSize,
  checkSampling,
  colourChannels,
  moveTo,
  putBlock,
  toRgb,
  type ColourChannels,
} from './pixels.ts';
import { fixSaturation } from './saturation.ts';

/**
 * OpenEXR, by hand and not by three's EXRLoader: that one takes the missing part of a truncated file for black, inflates
 * without a bound, can loop for ever on damaged Huffman data, and misreads channels of differing types.
 */
export const exr: Format<'exr'> = {
  kind: 'exr',
  name: 'OpenEXR',
  hdr: true,

  sniff: (bytes) => bytes[0] === 0x76 && bytes[1] === 0x2f && bytes[2] === 0x31 && bytes[3] === 0x01,

  readHeader: shownSize,

  probe: (bytes) => ({ ...shownSize(bytes), hdr: true, headroom: null }),

  /** The display window is what is shown: what lies outside it is cut off, and it is black where there are no data. */
  read(bytes, limits): HdrPicture {
    const header = parseExrHeader(bytes);
    const { index, colours } = findPart(header);
    const part = header.parts[index]!;
    const { width, height } = boxSize(part.displayWindow);
    checkSize({ width, height }, limits);
    checkSize(boxSize(part.dataWindow), limits);
    checkSampling(part.channels, colours);
    const resolved = part.chromaticities && resolveChromaticities(part.chromaticities);
    if (part.chromaticities && !resolved)
      throw damaged('the OpenEXR header has chromaticities that span no colours');

    const chunks = findChunks(bytes, header, index);
    const compression = compressionOf(part.compression);
    const thinnedOut = isThinnedOut(part.channels, colours);
    // What chroma is shown takes samples of what is not.
    const window = thinnedOut ? part.dataWindow : part.displayWindow;
    const stored = new Float32Array(boxWidth(window) * boxHeight(window) * 3);
    for (const { block, offset, length } of chunks) {
      const rows = decodeBlock(compression, bytes.subarray(offset, offset + length), block);
      putBlock(rows, block, colours, window, stored);
    }
    const weights = luminanceWeights(part.chromaticities ?? CHROMATICITIES.bt709);
    if (thinnedOut) reconstructChroma(stored, window);
    toRgb(stored, colours, weights);
    if (thinnedOut) fixSaturation(stored, boxWidth(window), weights);
    const data = moveTo(part.displayWindow, stored, window);
    if (resolved?.matrix) applyMatrix(data, resolved.matrix);
    const primaries = resolved?.primaries ?? 'bt709';
    return { width, height, data: cleanSamples(data, width), primaries, nitsPerUnit: part.whiteLuminance };
  },
};

function shownSize(bytes: Uint8Array): PictureSize {
  const header = parseExrHeader(bytes);
  return boxSize(header.parts[findPart(header).index]!.displayWindow);
}

/** The first part that is a flat colour picture. */
function findPart({ parts }: ExrHeader): { index: number; colours: ColourChannels } {
  for (const [index, part] of parts.entries()) {
    const colours = part.deep ? null : colourChannels(part.channels);
    if (colours) return { index, colours };
  }
  throw new FormatError(
    'unsupported_feature',
    parts.some((part) => part.deep)
      ? 'deep OpenEXR files are not read; flatten the picture first'
      : 'the OpenEXR file has neither the channels R, G, B nor Y, nor one layer alone that has them',
  );
}
