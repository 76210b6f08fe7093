import type { Component } from './component.ts';
import type { HuffmanTable } from './huffman.ts';
import type { AcScan } from './scan-script.ts';
import { ZIGZAG } from './zigzag.ts';

export const SOI = Uint8Array.of(0xff, 0xd8);
export const EOI = Uint8Array.of(0xff, 0xd9);

/** JFIF 1.01 (ITU-T T.871, 10.1): square pixels, no thumbnail. */
export const APP0 = segment(0xe0, [...[0x4a, 0x46, 0x49, 0x46, 0], ...[1, 1], 0, ...[0, 1, 0, 1], 0, 0]);

/** Quantisation tables of 8 bits (T.81, B.2.4.1), numbered as they come. */
export function dqt(tables: readonly Uint8Array[]): Uint8Array {
  return segment(
    0xdb,
    tables.flatMap((table, id) => [id, ...Array.from(ZIGZAG, (at) => table[at]!)]),
  );
}

/** SOF2, progressive DCT (T.81, B.2.2): components 1, 2, 3 are Y, Cb, Cr as JFIF has it. */
export function sof2(components: readonly Component[]): Uint8Array {
  const { width, height } = components[0]!;
  return segment(0xc2, [
    8,
    ...uint16(height),
    ...uint16(width),
    components.length,
    ...components.flatMap(({ sampling }, c) => [c + 1, (sampling << 4) | sampling, tableOf(c)]),
  ]);
}

/** The table that a component uses: 0 for luma, 1 for chroma. */
export const tableOf = (component: number): number => Math.min(component, 1);

/** Huffman table (T.81, B.2.4.2); `kind` 0 for DC, 1 for AC. */
export function dht(kind: 0 | 1, id: number, { counts, values }: HuffmanTable): Uint8Array {
  return segment(0xc4, [(kind << 4) | id, ...counts, ...values]);
}

/** Start of the interleaved DC scan (T.81, B.2.3). */
export function sosDc(components: number): Uint8Array {
  const selectors = Array.from({ length: components }, (_, c) => [c + 1, tableOf(c) << 4]).flat();
  return segment(0xda, [components, ...selectors, 0, 0, 0]);
}

/** Start of an AC scan of one component, with AC table 0. */
export function sosAc(component: number, { first, last, high, low }: AcScan): Uint8Array {
  return segment(0xda, [1, component + 1, 0, first, last, (high << 4) | low]);
}

function segment(marker: number, payload: readonly number[]): Uint8Array {
  return Uint8Array.of(0xff, marker, ...uint16(payload.length + 2), ...payload);
}

function uint16(value: number): [number, number] {
  return [value >> 8, value & 0xff];
}
