import { boxes } from '../avif/boxes.ts';
import { PQ_PEAK } from '../../codec/pq.ts';
import type { Colour } from '../colour/colour.ts';

// The beginning of a codestream: ISO/IEC 18181-1, annexes B to E.

export interface JxlHeader {
  /** Floats may be brighter than white whatever their curve. */
  readonly floats: boolean;
  /** A channel of black ink: the others are those of CMYK. */
  readonly black: boolean;
  /** `sdr` also where a profile says it, which is packed too well to be read before the picture is. */
  readonly transfer: Colour['transfer'];
  /** The brightest pixel that the file says it has, cd/m²; null where it does not. */
  readonly maxNits: number | null;
}

const EIGHT_BITS: JxlHeader = { floats: false, black: false, transfer: 'sdr', maxNits: null };
/** Values of TransferFunction (E.2.6), as in ITU-T H.273. */
const TRANSFERS: Readonly<Record<number, Colour['transfer']>> = { 16: 'pq', 18: 'hlg' };
const [GREY, XYB] = [1, 2] as const;
const CUSTOM = 2;
/** Kinds of extra channel whose header goes on after the common fields. */
const [SPOT_COLOUR, BLACK, COLOUR_FILTER] = [2, 4, 5] as const;

/** What the header says before the picture's first frame; of an animation, which is none of ours, only that it is no HDR picture. */
export function readJxlHeader(file: Uint8Array): JxlHeader {
  const bits = new Bits(codestreamOf(file).subarray(2));
  skipSize(bits);
  if (bits.bool()) return EIGHT_BITS; // all_default
  const extended = bits.bool();
  if (extended) {
    bits.uint(3); // orientation
    if (bits.bool()) skipSize(bits); // intrinsic size
    if (bits.bool() || bits.bool()) return EIGHT_BITS; // preview, animation
  }
  const floats = skipBitDepth(bits);
  bits.bool(); // modular_16bit_buffers
  const extraChannels = bits.choice([0, 0], [0, 1], [4, 2], [12, 1]);
  let black = false;
  for (let i = 0; i < extraChannels && !bits.over; i++) black = skipExtraChannel(bits) === BLACK || black;
  bits.bool(); // xyb_encoded
  const transfer = readTransfer(bits);
  // ToneMapping (E.4): the peak is 255 cd/m² where nothing is said.
  const maxNits = extended && !bits.bool() && transfer !== 'sdr' ? bits.half() : null;
  if (bits.over) return { ...EIGHT_BITS, floats, black };
  // What PQ can say at most says nothing of the picture.
  const said = maxNits !== null && maxNits > 0 && maxNits < PQ_PEAK ? maxNits : null;
  return { floats, black, transfer, maxNits: said };
}

/** Of a container the first piece of its codestream (ISO/IEC 18181-2, 9.9), else the file. */
function codestreamOf(file: Uint8Array): Uint8Array {
  if (file[0] === 0xff) return file;
  const box = boxes(file, 0, file.length, true).find(({ type }) => type === 'jxlc' || type === 'jxlp');
  if (box === undefined) return new Uint8Array();
  // A piece begins with its number. The beginning of a file may end within it.
  return file.subarray(box.start + (box.type === 'jxlp' ? 4 : 0), box.end);
}

/** SizeHeader (B.2.1). */
function skipSize(bits: Bits): void {
  const small = bits.bool();
  const side = (): number => bits.uint(small ? 5 : [9, 13, 18, 30][bits.uint(2)]!);
  side();
  if (bits.uint(3) === 0) side();
}

/** BitDepth (D.3.3): whether samples are floats. */
function skipBitDepth(bits: Bits): boolean {
  const floats = bits.bool();
  if (floats) {
    bits.choice([0, 32], [0, 16], [0, 24], [6, 1]);
    bits.uint(4);
  } else bits.choice([0, 8], [0, 10], [0, 12], [6, 1]);
  return floats;
}

/** ExtraChannelInfo (D.3.6): the kind of channel. */
function skipExtraChannel(bits: Bits): number {
  if (bits.bool()) return 0; // plain alpha
  const type = bits.enumerated();
  skipBitDepth(bits);
  bits.choice([0, 0], [0, 3], [0, 4], [3, 1]); // dim_shift
  const name = bits.choice([0, 0], [4, 0], [5, 16], [10, 48]);
  for (let i = 0; i < name && !bits.over; i++) bits.uint(8);
  if (type === 0)
    bits.bool(); // whether alpha has been multiplied in
  else if (type === SPOT_COLOUR) for (let i = 0; i < 4; i++) bits.half();
  else if (type === COLOUR_FILTER) bits.choice([0, 1], [2, 0], [4, 3], [8, 19]);
  return type;
}

/** ColourEncoding (E.2). */
function readTransfer(bits: Bits): Colour['transfer'] {
  if (bits.bool()) return 'sdr'; // sRGB
  const profile = bits.bool();
  const space = bits.enumerated();
  if (profile) return 'sdr';
  if (space !== XYB && bits.enumerated() === CUSTOM) skipChromaticity(bits);
  if (space !== XYB && space !== GREY && bits.enumerated() === CUSTOM)
    for (let i = 0; i < 3; i++) skipChromaticity(bits);
  const gamma = bits.bool();
  const transfer = gamma ? bits.uint(24) : bits.enumerated();
  bits.enumerated(); // rendering intent
  return gamma ? 'sdr' : (TRANSFERS[transfer] ?? 'sdr');
}

function skipChromaticity(bits: Bits): void {
  for (let i = 0; i < 2; i++) bits.choice([19, 0], [19, 524_288], [20, 1_048_576], [21, 2_097_152]);
}

/** Bits of each byte from the lowest up; zeros after the last. */
class Bits {
  private at = 0;
  private readonly bytes: Uint8Array;

  constructor(bytes: Uint8Array) {
    this.bytes = bytes;
  }

  /** Whether more was read than there is. */
  get over(): boolean {
    return this.at > 8 * this.bytes.length;
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

  /** U32 (B.2.2): one of four numbers of bits, and what is added to them. */
  choice(...of: readonly (readonly [count: number, offset: number])[]): number {
    const [count, offset] = of[this.uint(2)]!;
    return this.uint(count) + offset;
  }

  /** Enum (B.2.4). */
  enumerated(): number {
    return this.choice([0, 0], [0, 1], [4, 2], [6, 18]);
  }

  /** F16 (B.2.6). */
  half(): number {
    const value = this.uint(16);
    const exponent = (value >> 10) & 31;
    const fraction = value & 1023;
    const size = exponent === 0 ? fraction * 2 ** -24 : (1 + fraction / 1024) * 2 ** (exponent - 15);
    return value >> 15 ? -size : size;
  }
}
