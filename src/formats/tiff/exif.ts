import { IfdReader, readTiffStart, type Field } from './ifd.ts';

const TAGS = {
  exifIfd: 0x8769,
  makerNote: 0x927c,
  width: 0xa002,
  height: 0xa003,
} as const;
/** Of Apple's maker notes: what its cameras say of a picture's HDR. */
const APPLE = { headroom: 33, gain: 48 } as const;
const APPLE_NAME = 'Apple iOS\0';
/** The directory of Apple's notes comes after its name, a version, and "MM". */
const APPLE_IFD = 14;

/** PixelXDimension and PixelYDimension, as the picture is stored; null where they are not said. */
export function exifSize(exif: Uint8Array): { readonly width: number; readonly height: number } | null {
  const [width, height] = [TAGS.width, TAGS.height].map((tag) => {
    const found = exifField(exif, tag);
    return found ? found.reader.numbers(found.field)[0]! : 0;
  }) as [number, number];
  return width >= 1 && height >= 1 ? { width, height } : null;
}

/** A field of the directory that is Exif's own. */
function exifField(
  exif: Uint8Array,
  tag: number,
): { readonly reader: IfdReader; readonly field: Field } | null {
  const start = readTiffStart(exif);
  const pointer = start?.reader.read(start.first)?.fields.get(TAGS.exifIfd);
  if (!start || !pointer) return null;
  const field = start.reader.read(start.reader.numbers(pointer)[0]!)?.fields.get(tag);
  return field ? { reader: start.reader, field } : null;
}

/**
 * The peak over SDR white that an iPhone's notes give its picture, by Apple's formula ("Applying Apple HDR effect to your photos");
 * null for pictures without such notes.
 */
export function appleHeadroom(exif: Uint8Array): number | null {
  const note = exifField(exif, TAGS.makerNote);
  if (!note) return null;
  const bytes = note.reader.bytes(note.field);
  if (!Array.from(APPLE_NAME).every((character, i) => bytes[i] === character.charCodeAt(0))) return null;
  const reader = new IfdReader(bytes, bytes[APPLE_IFD - 2] === 0x49);
  const fields = reader.read(APPLE_IFD)?.fields;
  const [headroom, gain] = [APPLE.headroom, APPLE.gain].map((tag) => {
    const field = fields?.get(tag);
    return field ? reader.numbers(field)[0]! : undefined;
  });
  if (headroom === undefined || gain === undefined) return null;
  const stops = stopsOf(headroom, gain);
  return Number.isFinite(stops) ? 2 ** Math.min(Math.max(stops, 0), 16) : null;
}

function stopsOf(headroom: number, gain: number): number {
  if (headroom < 1) return gain <= 0.01 ? -20 * gain + 1.8 : -0.101 * gain + 1.601;
  return gain <= 0.01 ? -70 * gain + 3 : -0.303 * gain + 2.303;
}
