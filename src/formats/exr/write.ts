import { deflateSync } from 'node:zlib';
import type { HdrPicture } from '../../codec/picture.ts';
import { CHROMATICITIES } from '../chromaticities.ts';
import { MAGIC, PIXEL_TYPES } from './header.ts';

const ZIP = { code: 3, rows: 16 } as const;
const CHANNELS = ['B', 'G', 'R'] as const;

/**
 * An OpenEXR file of float32 R, G, B, ZIP-compressed: every sample as it is. By hand and not by three's EXRExporter,
 * which knows no chromaticities and always adds an alpha channel.
 */
export function writeExr(picture: HdrPicture): Uint8Array {
  const header = encodeHeader(picture);
  const blocks: Uint8Array[] = [];
  for (let y = 0; y < picture.height; y += ZIP.rows) blocks.push(encodeBlock(picture, y));

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

function encodeHeader({ width, height, primaries }: HdrPicture): Uint8Array {
  const window = int32(0, 0, width - 1, height - 1);
  const channels = CHANNELS.map((name) => Buffer.concat([text(name), int32(PIXEL_TYPES.float, 0, 1, 1)]));
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
    Buffer.alloc(1),
  ]);
}

/** Up to 16 rows, each channel's samples of a row together; bytes reordered and differenced as OpenEXR's ZIP wants them. */
function encodeBlock({ width, height, data }: HdrPicture, yMin: number): Uint8Array {
  const rows = Math.min(ZIP.rows, height - yMin);
  const raw = new Uint8Array(rows * width * CHANNELS.length * 4);
  const view = new DataView(raw.buffer);
  let at = 0;
  for (let y = yMin; y < yMin + rows; y++)
    for (let c = CHANNELS.length - 1; c >= 0; c--)
      for (let x = 0; x < width; x++, at += 4) view.setFloat32(at, data[(y * width + x) * 3 + c]!, true);

  const half = (raw.length + 1) >> 1;
  const differences = new Uint8Array(raw.length);
  let previous = 128;
  for (let i = 0; i < raw.length; i++) {
    const value = raw[i < half ? 2 * i : 2 * (i - half) + 1]!;
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
