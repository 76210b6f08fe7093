import { damaged, FormatError } from '../errors.ts';
import { halfValues } from '../exr/half.ts';
import { checkCompression, decodeBlock } from './block.ts';
import type { TiffHeader } from './header.ts';

const SAMPLES: Readonly<Record<number, (view: DataView, i: number, littleEndian: boolean) => number>> = {
  16: (view, i, littleEndian) => halfValues()[view.getUint16(2 * i, littleEndian)]!,
  24: (view, i, littleEndian) => float24(view, 3 * i, littleEndian),
  32: (view, i, littleEndian) => view.getFloat32(4 * i, littleEndian),
  64: (view, i, littleEndian) => view.getFloat64(8 * i, littleEndian),
};
/** Photoshop's: a sign, 7 bits of exponent and 16 of mantissa (technical note 3). */
function float24(view: DataView, at: number, littleEndian: boolean): number {
  const middle = view.getUint8(at + 1) << 8;
  const [high, low] = [view.getUint8(at), view.getUint8(at + 2)];
  const bits = littleEndian ? (low << 16) | middle | high : (high << 16) | middle | low;
  const sign = bits & 0x800000 ? -1 : 1;
  const exponent = (bits >> 16) & 0x7f;
  const mantissa = bits & 0xffff;
  if (exponent === 0x7f) return mantissa === 0 ? sign * Infinity : NaN;
  if (exponent === 0) return sign * mantissa * 2 ** -78;
  return sign * (1 + mantissa / 0x10000) * 2 ** (exponent - 63);
}

/** Colours, alpha, and what renderers add. */
const MOST_SAMPLES = 32;

/**
 * Samples of floating point, by hand and not by a package: those there are allocate by what the header claims and take what is
 * missing of a strip for black.
 *
 * @returns (h, w, 3) as it is stored; what is transparent is the picture on black
 * @throws FormatError
 */
export function readFloatSamples(bytes: Uint8Array, header: TiffHeader): Float32Array {
  checkVariant(header);
  const { width, height, block, samples, planar } = header;
  const across = Math.ceil(width / block.width);
  const down = Math.ceil(height / block.height);
  const blocks = across * down;
  const { offsets, lengths } = header.extents();
  if (offsets.length < blocks * (planar ? samples : 1) || lengths.length < offsets.length)
    throw damaged('the TIFF has fewer strips or tiles than its size needs');
  const data = new Float32Array(width * height * 3);
  const alpha = header.straightAlpha && alphaAt(header) !== null ? new Float32Array(width * height) : null;
  // Where each sample of a pixel goes; those that are nobody's colour go nowhere.
  const put = (plane: number, pixel: number, value: number): void => {
    if (header.photometric === 1) {
      if (plane === 0) data.fill(value, 3 * pixel, 3 * pixel + 3);
    } else if (plane < 3) data[3 * pixel + plane] = value;
    if (alpha && plane === alphaAt(header)) alpha[pixel] = value;
  };
  const sample = SAMPLES[header.bits]!;
  const inBlock = planar ? 1 : samples;
  for (let k = 0; k < blocks * (planar ? samples : 1); k++) {
    const plane = Math.floor(k / blocks);
    const top = Math.floor((k % blocks) / across) * block.height;
    const left = (k % across) * block.width;
    const rows = block.tiled ? block.height : Math.min(block.height, height - top);
    const start = offsets[k]!;
    const end = start + lengths[k]!;
    if (end > bytes.length) throw damaged('the TIFF ends before its pixels do');
    const shape = { width: block.width * inBlock, rows, apart: inBlock };
    const { data: view, littleEndian } = decodeBlock(bytes.subarray(start, end), header, shape);
    for (let y = 0; y < Math.min(rows, height - top); y++)
      for (let x = 0; x < Math.min(block.width, width - left); x++)
        for (let s = 0; s < inBlock; s++) {
          const value = sample(view, (y * block.width + x) * inBlock + s, littleEndian);
          put(planar ? plane : s, (top + y) * width + left + x, value);
        }
  }
  if (alpha) for (let i = 0; i < data.length; i++) data[i]! *= alpha[Math.floor(i / 3)]!;
  return data;
}

function alphaAt({ photometric, samples }: TiffHeader): number | null {
  const colours = photometric === 1 ? 1 : 3;
  return samples > colours ? colours : null;
}

function checkVariant(header: TiffHeader): void {
  const { bits, photometric, samples, block, width, height } = header;
  if (!SAMPLES[bits] || (photometric !== 1 && photometric !== 2))
    throw new FormatError(
      'unsupported_feature',
      'TIFF files of floating point are read in grey and RGB, of 16, 24, 32 and 64 bits',
    );
  if (samples < (photometric === 1 ? 1 : 3) || samples > MOST_SAMPLES)
    throw damaged('the TIFF has another number of samples than its colours need');
  // A tile may reach beyond the picture, but not be another one's.
  const reaches = block.width > width + 4096 || block.height > height + 4096;
  if (block.width < 1 || block.height < 1 || reaches)
    throw damaged('the TIFF has tiles of a size that cannot be');
  checkCompression(header);
}
