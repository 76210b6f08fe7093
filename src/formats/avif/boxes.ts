import { damaged } from '../errors.ts';

// ISO base media files: ISO/IEC 14496-12, 4.2.

export interface Box {
  readonly type: string;
  /** Of the contents, and after their last byte. */
  readonly start: number;
  readonly end: number;
}

/** Nobody's file has more in one box; a file of empty boxes must not cost more than its bytes. */
const MOST_BOXES = 4096;

/**
 * The boxes between two bytes. A box that claims more than there is ends the walk when `cut` says that the file is only its
 * beginning, and is damage otherwise.
 *
 * @throws FormatError `damaged`
 */
export function boxes(bytes: Uint8Array, from: number, to: number, cut = false): Box[] {
  const view = viewOf(bytes);
  const found: Box[] = [];
  for (let at = from; at + 8 <= to;) {
    if (found.length === MOST_BOXES) throw damaged('the file has more boxes than any picture needs');
    let length = view.getUint32(at);
    let start = at + 8;
    if (length === 1 && at + 16 <= to) {
      length = view.getUint32(at + 8) * 2 ** 32 + view.getUint32(at + 12);
      start = at + 16;
    } else if (length === 0) length = to - at;
    const end = at + length;
    if (end < start || (end > to && !cut)) throw damaged('a box of the file is longer than what holds it');
    found.push({ type: typeAt(bytes, at + 4), start, end: Math.min(end, to) });
    at = end;
  }
  return found;
}

/** Reads numbers of a box one after another. @throws FormatError `damaged` beyond its end */
export class BoxReader {
  at: number;
  private readonly bytes: Uint8Array;
  private readonly end: number;

  constructor(bytes: Uint8Array, { start, end }: Pick<Box, 'start' | 'end'>) {
    this.bytes = bytes;
    this.at = start;
    this.end = end;
  }

  /** @param size bytes, 0 to 8; a field of none is 0 */
  uint(size: number): number {
    if (this.at + size > this.end) throw damaged('a box of the file ends before its contents do');
    let value = 0;
    for (let i = 0; i < size; i++) value = value * 256 + this.bytes[this.at++]!;
    return value;
  }

  type(): string {
    this.uint(4);
    return typeAt(this.bytes, this.at - 4);
  }

  get left(): number {
    return this.end - this.at;
  }
}

export function typeAt(bytes: Uint8Array, at: number): string {
  return String.fromCharCode(...bytes.subarray(at, at + 4));
}

export function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
