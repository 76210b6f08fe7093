import { inflateSync } from 'node:zlib';
import { resolveChromaticities, type Chromaticities } from '../chromaticities.ts';
import type { Cicp } from '../colour/cicp.ts';
import { damaged } from '../errors.ts';
import type { PictureSize } from '../limits.ts';

/** What the chunks before a PNG's pixels say (PNG, third edition, 11). */
export interface PngHeader extends PictureSize {
  /** Per sample. */
  readonly bits: number;
  readonly cicp: Cicp | null;
  readonly icc: { readonly name: string; readonly profile: Uint8Array | null } | null;
  readonly srgb: boolean;
  /** The exponent of the encoder (`gAMA`). */
  readonly gamma: number | null;
  readonly chromaticities: Chromaticities | null;
  /** cd/m² of the brightest pixel (`cLLI`). */
  readonly maxNits: number | null;
  /** Exif's (`eXIf`). */
  readonly exif: Uint8Array | null;
}

/** A profile of tables in 16 bits for six colours has less. */
const MOST_PROFILE_BYTES = 8 << 20;
/** Chunks before the pixels, of which text has the most. */
const MOST_CHUNKS = 10_000;

/** @throws FormatError `damaged` */
export function readPngHeader(bytes: Uint8Array): PngHeader {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (bytes.length < 33 || latin1(bytes, 12, 16) !== 'IHDR')
    throw damaged('the PNG does not begin with its header');
  const chunks = new Map<string, DataView>();
  for (let at = 8, n = 0; at + 8 <= bytes.length && n < MOST_CHUNKS; n++) {
    const length = view.getUint32(at);
    const type = latin1(bytes, at + 4, at + 8);
    // Colour chunks come before the pixels.
    if (type === 'IDAT') break;
    if (at + 8 + length > bytes.length) break;
    if (!chunks.has(type)) chunks.set(type, new DataView(bytes.buffer, bytes.byteOffset + at + 8, length));
    at += 12 + length;
  }
  const sized = (type: string, length: number): DataView | undefined => {
    const chunk = chunks.get(type);
    return chunk && chunk.byteLength >= length ? chunk : undefined;
  };
  const cicp = sized('cICP', 4);
  const gama = sized('gAMA', 4)?.getUint32(0);
  const chrm = sized('cHRM', 32);
  const clli = sized('cLLI', 8) ?? sized('cLLi', 8);
  const exif = chunks.get('eXIf');
  const iccp = chunks.get('iCCP');
  return {
    width: view.getUint32(16),
    height: view.getUint32(20),
    bits: bytes[24]!,
    cicp: cicp ? { primaries: cicp.getUint8(0), transfer: cicp.getUint8(1) } : null,
    icc: iccp ? profileOf(bytesOf(iccp)) : null,
    srgb: chunks.has('sRGB'),
    gamma: gama !== undefined && gama > 0 ? gama / 100_000 : null,
    chromaticities: chrm ? chromaticitiesOf(chrm) : null,
    // In 0.0001 cd/m².
    maxNits: clli && clli.getUint32(0) > 0 ? clli.getUint32(0) / 10_000 : null,
    exif: exif ? bytesOf(exif) : null,
  };
}

/** The white comes first in the chunk, and last in what others want. As for libpng, a chunk that spans no colours says nothing. */
function chromaticitiesOf(chunk: DataView): Chromaticities | null {
  const found = [2, 3, 4, 5, 6, 7, 0, 1].map((i) => chunk.getUint32(4 * i) / 100_000);
  const chromaticities = found as unknown as Chromaticities;
  return resolveChromaticities(chromaticities) && chromaticities;
}

function profileOf(chunk: Uint8Array): PngHeader['icc'] {
  const end = chunk.subarray(0, 80).indexOf(0);
  if (end < 0) return null;
  const name = latin1(chunk, 0, end);
  try {
    const profile = inflateSync(chunk.subarray(end + 2), { maxOutputLength: MOST_PROFILE_BYTES });
    return { name, profile: Uint8Array.from(profile) };
  } catch {
    // As browsers do: a profile that cannot be read is none.
    return { name, profile: null };
  }
}

function bytesOf({ buffer, byteOffset, byteLength }: DataView): Uint8Array {
  return new Uint8Array(buffer, byteOffset, byteLength);
}

function latin1(bytes: Uint8Array, from: number, to: number): string {
  return new TextDecoder('latin1').decode(bytes.subarray(from, to));
}
