import type { HdrPicture } from '../codec/picture.ts';
import { damaged } from './errors.ts';
import type { Format } from './format.ts';
import { checkSize } from './limits.ts';
import { cleanSamples } from './samples.ts';

// Portable FloatMap: http://www.pauldebevec.com/Research/HDR/PFM/. Three lines of text, then rows from the bottom up.

interface PfmHeader {
  readonly width: number;
  readonly height: number;
  readonly channels: 1 | 3;
  readonly littleEndian: boolean;
  /** Offset of the first sample. */
  readonly offset: number;
}

/** The header is text of at most four short words; a file that has none of them in its first bytes is no PFM. */
const MAX_HEADER_BYTES = 256;
const HEADER = /^(PF|Pf)\s+(\d+)\s+(\d+)\s+([-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?)(?:\r\n|\s)/;

function parseHeader(bytes: Uint8Array): PfmHeader {
  const text = String.fromCharCode(...bytes.subarray(0, MAX_HEADER_BYTES));
  const match = HEADER.exec(text);
  if (!match) throw damaged('the PFM header is not "PF", width, height and scale');
  const scale = Number(match[4]);
  // The scale's magnitude is the unit of the samples, by the format's page; as most readers do, only its sign is used.
  if (scale === 0) throw damaged('the PFM header has the scale 0, which says no byte order');
  return {
    width: Number(match[2]),
    height: Number(match[3]),
    channels: match[1] === 'PF' ? 3 : 1,
    littleEndian: scale < 0,
    offset: match[0].length,
  };
}

export const pfm: Format<'pfm'> = {
  kind: 'pfm',
  name: 'Portable FloatMap',
  hdr: true,

  sniff: (bytes) => bytes[0] === 0x50 && (bytes[1] === 0x46 || bytes[1] === 0x66) && isSpace(bytes[2]),

  readHeader: parseHeader,

  probe(bytes) {
    const { width, height } = parseHeader(bytes);
    return { width, height, hdr: true, headroom: null };
  },

  read(bytes, limits): HdrPicture {
    const { width, height, channels, littleEndian, offset } = parseHeader(bytes);
    checkSize({ width, height }, limits);
    if (bytes.length - offset < width * height * channels * 4)
      throw damaged(`the PFM file ends before its ${width} × ${height} pixels do`);
    const view = new DataView(bytes.buffer, bytes.byteOffset + offset);
    const data = new Float32Array(width * height * 3);
    for (let y = 0; y < height; y++) {
      let from = (height - 1 - y) * width * channels * 4;
      let to = y * width * 3;
      for (let x = 0; x < width; x++, to += 3) {
        if (channels === 1) {
          data.fill(view.getFloat32(from, littleEndian), to, to + 3);
          from += 4;
        } else {
          for (let c = 0; c < 3; c++, from += 4) data[to + c] = view.getFloat32(from, littleEndian);
        }
      }
    }
    return { width, height, data: cleanSamples(data, width), primaries: 'bt709', nitsPerUnit: null };
  },
};

/** A colour PFM, little-endian, with the samples as they are. The format has no place for primaries. */
export function writePfm({ width, height, data }: HdrPicture): Uint8Array {
  const header = new TextEncoder().encode(`PF\n${width} ${height}\n-1.0\n`);
  const bytes = new Uint8Array(header.length + data.length * 4);
  bytes.set(header);
  const view = new DataView(bytes.buffer, header.length);
  const row = width * 3;
  for (let y = 0; y < height; y++)
    for (let x = 0; x < row; x++) view.setFloat32(((height - 1 - y) * row + x) * 4, data[y * row + x]!, true);
  return bytes;
}

const isSpace = (byte: number | undefined): boolean =>
  byte === 0x0a || byte === 0x20 || byte === 0x09 || byte === 0x0d;
