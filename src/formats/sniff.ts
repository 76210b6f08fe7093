import { FORMATS, type ReadableKind } from './registry.ts';

/** Formats that are recognised; a JPEG is so that it can be told from rubbish, and is no HDR file that is read here. */
export type FormatKind = ReadableKind | 'jpeg';

/** The format of a file by its first bytes; null where it is none that is known. */
export function sniff(bytes: Uint8Array): FormatKind | null {
  if (bytes[0] === 0xff && bytes[1] === 0xd8 && bytes[2] === 0xff) return 'jpeg';
  return FORMATS.find((format) => format.sniff(bytes))?.kind ?? null;
}
