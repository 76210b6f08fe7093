import { deflateSync } from 'node:zlib';
import type { HdrPicture } from '../../codec/picture.ts';
import { CHROMATICITIES } from '../chromaticities.ts';
import { toHalf } from './half.ts';
import { MAGIC, PIXEL_TYPES } from './header.ts';

const ZIP = { code: 3, rows: 16 } as const;
const CHANNELS = ['B', 'G', 'R'] as const;
/** The largest finite half float. */
const MOST_HALF = 65_504;

/**
 * An OpenEXR file of R, G, B, ZIP-compressed: every sample as it is in float32, or the half float next to it. By hand and not by three's EXRExporter,
 * which knows no chromaticities and always adds an alpha channel.
 */
export function writeExr(
  picture: HdrPicture,
  { half = false }: { readonly half?: boolean | undefined } = {},
): Uint8Array {
  const header = encodeHeader(picture, half);
  const blocks: Uint8Array[] = [];
  for (let y = 0; y < picture.height; y += ZIP.rows) blocks.push(encodeBlock(picture, y, half));

  const tableAt = header.length;
  const dataAt = tableAt + 8 * blocks.length;
  const bytes = new Uint8Array(dataAt + blocks.reduce((sum, block) => sum + 8 + block.length, 0));
  const view = new DataView(bytes.buffer);
  bytes.set(header);
  let at = dataAt;
  blocks.forEach((block, i) => {
    view.setBigUint64(tableAt + 8 * i, BigInt(at), true);
    view.setInt32(at, i * ZIP.rows, true);
    view.setUint32(at + 4, block.length, true);
    bytes.set(block, at + 8);
    at += 8 + block.length;
  });
  return bytes;
}

function encodeHeader({ width, height, primaries, nitsPerUnit }: HdrPicture, half: boolean): Uint8Array {
  const window = int32(0, 0, width - 1, height - 1);
  const channels = CHANNELS.map((name) =>
    Buffer.concat([text(name), int32(half ? PIXEL_TYPES.half : PIXEL_TYPES.float, 0, 1, 1)]),
  );
  return Buffer.concat([
    int32(MAGIC, 2),
    attribute('channels', 'chlist', Buffer.concat([...channels, Buffer.alloc(1)])),
    ...(primaries === 'bt709'
      ? []
      : [attribute('chromaticities', 'chromaticities', float32(...CHROMATICITIES[primaries]))]),
    attribute('compression', 'compression', Buffer.of(ZIP.code)),
    attribute('dataWindow', 'box2i', window),
    attribute('displayWindow', 'box2i', window),
    attribute('lineOrder', 'lineOrder', Buffer.of(0)),
    attribute('pixelAspectRatio', 'float', float32(1)),
    attribute('screenWindowCenter', 'v2f', float32(0, 0)),
    attribute('screenWindowWidth', 'float', float32(1)),
    // cd/m² of (1, 1, 1), a standard attribute of OpenEXR.
    ...(nitsPerUnit === null ? [] : [attribute('whiteLuminance', 'float', float32(nitsPerUnit))]),
    Buffer.alloc(1),
  ]);
}

/** Up to 16 rows, each channel's samples of a row together; bytes reordered and differenced as OpenEXR's ZIP wants them. */
function encodeBlock({ width, height, data }: HdrPicture, yMin: number, half: boolean): Uint8Array {
  const rows = Math.min(ZIP.rows, height - yMin);
  const size = half ? 2 : 4;
  const raw = new Uint8Array(rows * width * CHANNELS.length * size);
  const view = new DataView(raw.buffer);
  let at = 0;
  for (let y = yMin; y < yMin + rows; y++)
    for (let c = CHANNELS.length - 1; c >= 0; c--)
      for (let x = 0; x < width; x++, at += size) {
        const sample = data[(y * width + x) * 3 + c]!;
        if (half) view.setUint16(at, toHalf(Math.min(sample, MOST_HALF)), true);
        else view.setFloat32(at, sample, true);
      }

  const middle = (raw.length + 1) >> 1;
  const differences = new Uint8Array(raw.length);
  let previous = 128;
  for (let i = 0; i < raw.length; i++) {
    const value = raw[i < middle ? 2 * i : 2 * (i - middle) + 1]!;
    differences[i] = value - previous + 128;
    previous = value;
  }
  const coded = deflateSync(differences);
  return coded.length < raw.length ? coded : raw;
}

const attribute = (name: string, type: string, value: Buffer): Buffer =>
  Buffer.concat([text(name), text(type), int32(value.length), value]);

const text = (value: string): Buffer => Buffer.from(`${value}\0`, 'latin1');

function int32(...values: number[]): Buffer {
  const out = Buffer.alloc(values.length * 4);
  values.forEach((value, i) => out.writeInt32LE(value, i * 4));
  return out;
}

function float32(...values: number[]): Buffer {
  const out = Buffer.alloc(values.length * 4);
  values.forEach((value, i) => out.writeFloatLE(value, i * 4));
  return out;
}
