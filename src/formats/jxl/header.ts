import { boxes } from '../avif/boxes.ts';

// The beginning of a codestream: ISO/IEC 18181-1, annexes B to D.

/**
 * Whether the samples are floats, which may be brighter than white whatever their curve. False where the header has rarer parts
 * (a preview, an animation) before it says so.
 */
export function hasFloatSamples(file: Uint8Array): boolean {
  const bits = new Bits(codestreamOf(file).subarray(2));
  skipSize(bits);
  if (bits.bool()) return false; // all_default: 8 bits
  if (bits.bool()) {
    bits.uint(3); // orientation
    if (bits.bool()) skipSize(bits);
    if (bits.bool() || bits.bool()) return false;
  }
  return bits.bool();
}

/** Of a container the first piece of its codestream (ISO/IEC 18181-2, 9.9), else the file. */
function codestreamOf(file: Uint8Array): Uint8Array {
  if (file[0] === 0xff) return file;
  const box = boxes(file, 0, file.length, true).find(({ type }) => type === 'jxlc' || type === 'jxlp');
  // A piece begins with its number.
  return box ? file.subarray(box.start + (box.type === 'jxlp' ? 4 : 0), box.end) : new Uint8Array();
}

/** SizeHeader (B.2.1). */
function skipSize(bits: Bits): void {
  const small = bits.bool();
  const side = (): number => bits.uint(small ? 5 : [9, 13, 18, 30][bits.uint(2)]!);
  side();
  if (bits.uint(3) === 0) side();
}

/** Bits of each byte from the lowest up; zeros after the last. */
class Bits {
  private at = 0;
  private readonly bytes: Uint8Array;

  constructor(bytes: Uint8Array) {
    this.bytes = bytes;
  }

  uint(count: number): number {
    let value = 0;
    for (let i = 0; i < count; i++, this.at++)
      value += (((this.bytes[this.at >> 3] ?? 0) >> (this.at & 7)) & 1) * 2 ** i;
    return value;
  }

  bool(): boolean {
    return this.uint(1) === 1;
  }
}
