import { FORMATS, type ReadableKind } from './registry.ts';

export type FormatKind = ReadableKind;

/** The format of a file by its first bytes; null where it is none that is read. */
export function sniff(bytes: Uint8Array): FormatKind | null {
  return FORMATS.find((format) => format.sniff(bytes))?.kind ?? null;
}
