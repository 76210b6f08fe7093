import { FormatError } from '../errors.ts';
import { CAMERA_RAW } from './camera-raw.ts';
import type { TiffHeader } from './header.ts';

/** Photometric interpretations beyond TIFF 6.0: LogL and LogLuv (tiff.h), a sensor's colour filters and linear raw (DNG, 1.6). */
const PHOTOMETRIC = { cfa: 32803, logL: 32844, logLuv: 32845, linearRaw: 34892 } as const;
/** Of a sample; 4 says that the writer did not know. */
const SAMPLE_FORMATS = { unsigned: 1, float: 3, unknown: 4 } as const;
const PALETTE = 3;
const CIELAB = 8;

/** What libvips, as sharp brings it along, has no decoder for. */
const COMPRESSIONS: Readonly<Record<number, string>> = {
  6: '“old” JPEG (TIFF 6.0)',
  34925: 'LZMA',
  50000: 'Zstandard',
};

/** `float` and `logluv` are linear light; `codes` are integers, which are SDR without a profile that says otherwise. */
export type Variant = 'float' | 'logluv' | 'codes';

/** @throws FormatError for what is known and not read: who uploads it should be told, and not that the file is damaged */
export function variantOf(header: TiffHeader): Variant {
  const { photometric, sampleFormat } = header;
  if (photometric === PHOTOMETRIC.cfa || photometric === PHOTOMETRIC.linearRaw)
    throw new FormatError('unsupported_format', CAMERA_RAW);
  if (photometric === PHOTOMETRIC.logLuv) return 'logluv';
  if (sampleFormat === SAMPLE_FORMATS.float) return 'float';
  const reason = unreadable(header);
  if (reason !== null) throw new FormatError('unsupported_feature', `TIFF files ${reason} are not read`);
  return 'codes';
}

function unreadable({
  photometric,
  sampleFormat,
  bits,
  samples,
  compression,
  planar,
  block,
}: TiffHeader): string | null {
  if (photometric === PHOTOMETRIC.logL) return 'in LogL';
  if (sampleFormat !== SAMPLE_FORMATS.unsigned && sampleFormat !== SAMPLE_FORMATS.unknown)
    return 'of signed or complex numbers';
  if (![1, 2, 4, 8, 16].includes(bits)) return `of ${bits}-bit integers`;
  if (photometric === CIELAB && bits === 8) return 'in CIELAB of 8 bits';
  if (bits < 8 && samples > 1) return `of ${bits} bits and several samples a pixel`;
  if (COMPRESSIONS[compression]) return `in the compression ${COMPRESSIONS[compression]}`;
  if (planar && samples > 1 && block.tiled && photometric !== PALETTE) return 'in tiles of one sample each';
  return null;
}
