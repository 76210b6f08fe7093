import { damaged } from '../errors.ts';
import type { BlockChannel } from './block.ts';
import { halfValues, toHalf } from './half.ts';
import { PIXEL_TYPES } from './header.ts';

/** The DCT's coefficients as half floats, of all channels one after another, and how many are used up. */
export interface Coefficients {
  readonly ac: Uint16Array;
  readonly dc: Uint16Array;
  acAt: number;
  dcAt: number;
}

export interface Target {
  readonly channel: BlockChannel;
  /** The channel's rows, little-endian. */
  readonly plane: Uint8Array;
}

const END_OF_BLOCK = 0xff00;

/** Decodes one channel, or R, G and B that were coded as Y, Cb, Cr, from where `coefficients` stand, and moves them on. */
export function decodeLossyDct(coefficients: Coefficients, targets: readonly Target[]): void {
  const { width, height } = targets[0]!.channel;
  const columns = Math.ceil(width / 8);
  const rows = Math.ceil(height / 8);
  if (coefficients.dcAt + columns * rows * targets.length > coefficients.dc.length)
    throw damaged('a DWA block of the OpenEXR file is damaged: its DC coefficients are cut off');
  const values = halfValues();
  const blocks = targets.map(() => new Float32Array(64));
  for (let index = 0; index < columns * rows; index++) {
    blocks.forEach((block, c) => {
      block.fill(0);
      block[0] = values[coefficients.dc[coefficients.dcAt + c * columns * rows + index]!]!;
      readAc(coefficients, block, values);
      inverseDct(block);
    });
    if (blocks.length === 3) inverseColour(blocks as [Float32Array, Float32Array, Float32Array]);
    const x = (index % columns) * 8;
    const y = Math.floor(index / columns) * 8;
    targets.forEach((target, c) => {
      store(target, blocks[c]!, x, y, values);
    });
  }
  coefficients.dcAt += columns * rows * targets.length;
}

/** Zigzag position → row × 8 + column, as in JPEG. */
const ZIGZAG = Uint8Array.from([
  0, 1, 8, 16, 9, 2, 3, 10, 17, 24, 32, 25, 18, 11, 4, 5, 12, 19, 26, 33, 40, 48, 41, 34, 27, 20, 13, 6, 7,
  14, 21, 28, 35, 42, 49, 56, 57, 50, 43, 36, 29, 22, 15, 23, 30, 37, 44, 51, 58, 59, 52, 45, 38, 31, 39, 46,
  53, 60, 61, 54, 47, 55, 62, 63,
]);

/** Coefficients 1…63; 0xffnn, which would be no number, skips nn zeros, and 0xff00 the rest of the block. */
function readAc(coefficients: Coefficients, block: Float32Array, values: Float32Array): void {
  const { ac } = coefficients;
  for (let position = 1; position < 64;) {
    if (coefficients.acAt >= ac.length)
      throw damaged('a DWA block of the OpenEXR file is damaged: its AC coefficients are cut off');
    const bits = ac[coefficients.acAt++]!;
    if (bits === END_OF_BLOCK) return;
    if (bits >> 8 === 0xff) position += bits & 0xff;
    else block[ZIGZAG[position++]!] = values[bits]!;
  }
}

/** cos(k π / 16) / 2 for k = 1…7, by the constants that OpenEXR's files are made with. */
const C = Float64Array.from({ length: 8 }, (_, k) => 0.5 * Math.cos((k * 3.14159) / 16));

function inverseDct(block: Float32Array): void {
  for (let row = 0; row < 8; row++) inverseDct8(block, row * 8, 1);
  for (let column = 0; column < 8; column++) inverseDct8(block, column, 8);
}

/** Eight values, `step` apart: even and odd coefficients by themselves, then a butterfly. */
function inverseDct8(v: Float32Array, at: number, step: number): void {
  const [c1, c2, c3, c4, c5, c6, c7] = [C[1]!, C[2]!, C[3]!, C[4]!, C[5]!, C[6]!, C[7]!];
  const v0 = v[at]!;
  const v1 = v[at + step]!;
  const v2 = v[at + 2 * step]!;
  const v3 = v[at + 3 * step]!;
  const v4 = v[at + 4 * step]!;
  const v5 = v[at + 5 * step]!;
  const v6 = v[at + 6 * step]!;
  const v7 = v[at + 7 * step]!;
  const odd0 = c1 * v1 + c3 * v3 + c5 * v5 + c7 * v7;
  const odd1 = c3 * v1 - c7 * v3 - c1 * v5 - c5 * v7;
  const odd2 = c5 * v1 - c1 * v3 + c7 * v5 + c3 * v7;
  const odd3 = c7 * v1 - c5 * v3 + c3 * v5 - c1 * v7;
  const sum = c4 * (v0 + v4);
  const difference = c4 * (v0 - v4);
  const even0 = sum + c2 * v2 + c6 * v6;
  const even3 = sum - c2 * v2 - c6 * v6;
  const even1 = difference + c6 * v2 - c2 * v6;
  const even2 = difference - c6 * v2 + c2 * v6;
  v[at] = even0 + odd0;
  v[at + step] = even1 + odd1;
  v[at + 2 * step] = even2 + odd2;
  v[at + 3 * step] = even3 + odd3;
  v[at + 4 * step] = even3 - odd3;
  v[at + 5 * step] = even2 - odd2;
  v[at + 6 * step] = even1 - odd1;
  v[at + 7 * step] = even0 - odd0;
}

/** Y'CbCr of BT.709 → R'G'B', in place. */
function inverseColour([first, second, third]: [Float32Array, Float32Array, Float32Array]): void {
  for (let i = 0; i < 64; i++) {
    const y = first[i]!;
    const cb = second[i]!;
    const cr = third[i]!;
    first[i] = y + 1.5747 * cr;
    second[i] = y - 0.1873 * cb - 0.4682 * cr;
    third[i] = y + 1.8556 * cb;
  }
}

function store(
  { channel, plane }: Target,
  block: Float32Array,
  x: number,
  y: number,
  values: Float32Array,
): void {
  const linear = channel.pLinear ? null : linearTable();
  const view = new DataView(plane.buffer, plane.byteOffset, plane.byteLength);
  for (let dy = 0; dy < 8 && y + dy < channel.height; dy++)
    for (let dx = 0; dx < 8 && x + dx < channel.width; dx++) {
      const half = toHalf(block[dy * 8 + dx]!);
      const bits = linear ? linear[half]! : half;
      const to = ((y + dy) * channel.width + x + dx) * channel.bytes;
      if (channel.type === PIXEL_TYPES.half) view.setUint16(to, bits, true);
      else view.setFloat32(to, values[bits]!, true);
    }
}

/** The perceptual scale of the DCT → linear light, half float bits to half float bits: gamma 2.2 up to 1, exponential above. */
function linearTable(): Uint16Array {
  toLinear ??= Uint16Array.from(halfValues(), (value) => {
    if (!Number.isFinite(value)) return 0;
    const magnitude = Math.abs(value);
    const linear = magnitude <= 1 ? magnitude ** 2.2 : (2.7182818 ** 2.2) ** (magnitude - 1);
    return toHalf(value < 0 ? -linear : linear);
  });
  return toLinear;
}

let toLinear: Uint16Array | undefined;
