import sharp from 'sharp';
import { ContainerError, findEndOfImage, jpegSize } from '../../container/index.ts';
import { damaged, FormatError } from '../errors.ts';
import type { Format } from '../format.ts';
import { checkSize, type Limits } from '../limits.ts';
import { decodeSdr, refuse, sizeOfSdr } from '../sdr/decode.ts';
import { hasGainMap } from '../sdr/signals.ts';
import { readMetadata, type GainMapMetadata } from './metadata.ts';

interface GainMap {
  readonly jpeg: Uint8Array;
  readonly metadata: GainMapMetadata;
}

/** Pictures of one file that are looked at: the gain map is mostly the second. */
const MOST_PICTURES = 8;

/** JPEG with a gain map, as phones take them: "Ultra HDR Image Format v1.1", "Decode" at the full boost that the map has. */
export const ultraHdr: Format<'ultrahdr'> = {
  kind: 'ultrahdr',
  name: 'Ultra HDR',
  hdr: true,

  sniff: (bytes) => bytes[0] === 0xff && bytes[1] === 0xd8 && bytes[2] === 0xff && hasGainMap(bytes),

  readHeader: sizeOfSdr,

  async read(bytes, options) {
    const { jpeg, metadata } = findGainMap(bytes);
    const base = await decodeSdr(bytes, options);
    const { orientation } = await sharp(bytes).metadata();
    const codes = await gainCodes(jpeg, base, orientation, options);
    return { ...base, data: applyGains(base.data, codes, metadata) };
  },
};

/** @throws FormatError `damaged`; `unsupported_feature` where no picture of the file has a map's metadata in XMP */
function findGainMap(bytes: Uint8Array): GainMap {
  try {
    let at = findEndOfImage(bytes);
    for (let pictures = 1; pictures < MOST_PICTURES; pictures++) {
      at = nextJpeg(bytes, at);
      if (at < 0) break;
      const end = findEndOfImage(bytes, at);
      const metadata = readMetadata(bytes, at);
      if (metadata !== null) return { jpeg: bytes.subarray(at, end), metadata };
      at = end;
    }
  } catch (cause) {
    if (cause instanceof ContainerError) throw damaged(cause.message, cause);
    throw cause;
  }
  throw new FormatError(
    'unsupported_feature',
    'the gain map of this JPEG is not there, or not described in XMP',
  );
}

function nextJpeg(bytes: Uint8Array, from: number): number {
  for (let at = bytes.indexOf(0xff, from); at >= 0; at = bytes.indexOf(0xff, at + 1))
    if (bytes[at + 1] === 0xd8 && bytes[at + 2] === 0xff) return at;
  return -1;
}

/** The map's code values (h, w, 3) in the size and the orientation of its base. */
async function gainCodes(
  jpeg: Uint8Array,
  base: { readonly width: number; readonly height: number },
  orientation: number | undefined,
  limits: Limits,
): Promise<Uint8Array> {
  checkSize(jpegSize(jpeg), limits);
  // The map lies as the base is stored; only the base says how it is to be turned.
  const turned = orientation === undefined ? {} : { orientation };
  const upright = await sharp(jpeg, { failOn: 'warning' })
    .withMetadata(turned)
    .png({ compressionLevel: 1 })
    .toBuffer()
    .catch(refuse);
  return sharp(upright)
    .autoOrient()
    .resize(base.width, base.height, { fit: 'fill', kernel: 'linear' })
    .toColourspace('srgb')
    .raw()
    .toBuffer();
}

/** Light of the base × what the map has for it. A negative light, which the offsets can leave, is none. */
function applyGains(light: Float32Array, codes: Uint8Array, metadata: GainMapMetadata): Float32Array {
  const tables = [0, 1, 2].map((c) => {
    const [min, max, gamma] = [metadata.min[c]!, metadata.max[c]!, metadata.gamma[c]!];
    return Float64Array.from({ length: 256 }, (_, code) => {
      const share = (code / 255) ** (1 / gamma);
      return 2 ** (min * (1 - share) + max * share);
    });
  });
  const data = new Float32Array(light.length);
  for (let i = 0; i < light.length; i++) {
    const c = i % 3;
    const gained = (light[i]! + metadata.offsetSdr[c]!) * tables[c]![codes[i]!]! - metadata.offsetHdr[c]!;
    data[i] = Math.max(0, gained);
  }
  return data;
}
