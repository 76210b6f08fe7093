import { jpegSegments, MARKER } from '../../container/index.ts';
import { damaged, FormatError } from '../errors.ts';

/** What a gain map means, by channel: "Ultra HDR Image Format v1.1", "Gain map metadata". Of gains the log2. */
export interface GainMapMetadata {
  readonly min: readonly number[];
  readonly max: readonly number[];
  readonly gamma: readonly number[];
  readonly offsetSdr: readonly number[];
  readonly offsetHdr: readonly number[];
}

const APP1 = 0xe1;
/** Gains beyond are nobody's light, and would leave float32. */
const MOST_STOPS = 16;

/** The XMP packet of a JPEG, empty where it has none. @throws ContainerError */
function xmpOf(bytes: Uint8Array, offset: number): string {
  for (const { marker, data } of jpegSegments(bytes, offset)) {
    if (marker === MARKER.SOS) break;
    if (marker !== APP1) continue;
    const text = new TextDecoder().decode(bytes.subarray(data.offset, data.offset + data.length));
    if (text.startsWith('http://ns.adobe.com/xap/1.0/\0')) return text;
  }
  return '';
}

/**
 * Reads the metadata of the gain map whose JPEG begins at `offset`; null for a JPEG that is no gain map.
 *
 * @throws FormatError `damaged` for values that cannot be; `unsupported_feature` where the base is the HDR rendition
 */
export function readMetadata(bytes: Uint8Array, offset: number): GainMapMetadata | null {
  const xmp = xmpOf(bytes, offset);
  const max = values(xmp, 'GainMapMax');
  if (max === undefined) return null;
  if (/hdrgm:BaseRenditionIsHDR\s*=\s*"True"/i.test(xmp)) {
    throw new FormatError('unsupported_feature', 'the base of this gain map is HDR, which is not read here');
  }
  const metadata = {
    min: values(xmp, 'GainMapMin') ?? [0, 0, 0],
    max,
    gamma: values(xmp, 'Gamma') ?? [1, 1, 1],
    offsetSdr: values(xmp, 'OffsetSDR') ?? [1 / 64, 1 / 64, 1 / 64],
    offsetHdr: values(xmp, 'OffsetHDR') ?? [1 / 64, 1 / 64, 1 / 64],
  };
  const { min, gamma, offsetSdr, offsetHdr } = metadata;
  const sound =
    [...min, ...max].every((stops) => Math.abs(stops) <= MOST_STOPS) &&
    gamma.every((value) => value > 0 && value <= 100) &&
    [...offsetSdr, ...offsetHdr].every((value) => value >= 0 && value <= 1);
  if (!sound) throw damaged('the gain map has metadata that cannot be');
  return metadata;
}

/** An attribute of one number for all channels, or an element with a list of three. */
function values(xmp: string, name: string): readonly number[] | undefined {
  const attribute = new RegExp(`hdrgm:${name}\\s*=\\s*["']([^"']*)["']`).exec(xmp)?.[1];
  if (attribute !== undefined) return Array<number>(3).fill(number(attribute));
  const element = new RegExp(`<hdrgm:${name}>([^]*?)</hdrgm:${name}>`).exec(xmp)?.[1];
  if (element === undefined) return undefined;
  const list = Array.from(element.matchAll(/<rdf:li>([^<]*)<\/rdf:li>/g), ([, text]) => number(text!));
  return list.length === 3 ? list : Array<number>(3).fill(list[0] ?? number(element));
}

/** NaN, which no check lets pass, for what is no number. */
function number(text: string): number {
  return text.trim() === '' ? Number.NaN : Number(text);
}
