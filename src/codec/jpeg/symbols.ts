import type { BitWriter } from './bit-writer.ts';
import { optimalHuffman, type HuffmanTable } from './huffman.ts';

/** Where a scan's Huffman symbols and the bits that follow them go: counted first, written then. */
export interface SymbolSink {
  /** A symbol of the Huffman table and the low `count` bits of `value` after it. */
  symbol(symbol: number, value: number, count: number): void;
  /** Bits without a symbol: corrections of a refinement scan. */
  bits(value: number, count: number): void;
}

/** Counts symbols, so that a table can be made for them or a price be put on them. */
export class SymbolTally implements SymbolSink {
  readonly counts = new Uint32Array(256);
  plainBits = 0;

  symbol(symbol: number, _value: number, count: number): void {
    this.counts[symbol]!++;
    this.plainBits += count;
  }

  bits(_value: number, count: number): void {
    this.plainBits += count;
  }

  /** Bytes of a scan with the best table for it: its DHT and SOS segments and the coded bits. */
  scanBytes(): number {
    const { lengths, values } = optimalHuffman(this.counts);
    let bits = this.plainBits;
    for (const symbol of values) bits += this.counts[symbol]! * lengths[symbol]!;
    return Math.ceil(bits / 8) + values.length + 31;
  }

  /**
   * The information of every symbol, in bits. One that has not been seen yet counts as seen half a time, so that the
   * trellis may choose it.
   */
  information(): Float64Array {
    let total = 0;
    for (const count of this.counts) total += Math.max(count, 0.5);
    return Float64Array.from(this.counts, (count) => Math.log2(total / Math.max(count, 0.5)));
  }
}

export class SymbolWriter implements SymbolSink {
  readonly #table: HuffmanTable;
  readonly #out: BitWriter;

  constructor(table: HuffmanTable, out: BitWriter) {
    this.#table = table;
    this.#out = out;
  }

  symbol(symbol: number, value: number, count: number): void {
    this.#out.bits(this.#table.codes[symbol]!, this.#table.lengths[symbol]!);
    if (count > 0) this.#out.bits(value, count);
  }

  bits(value: number, count: number): void {
    this.#out.bits(value, count);
  }
}
