import type { Box } from '../../../src/formats/exr/header.ts';

export interface TestChannel {
  readonly name: string;
  readonly type: 'uint' | 'half' | 'float';
  readonly sampling?: number;
  /** The sample at a column and row of the data window's coordinates; bits for half floats. */
  readonly sample: (x: number, y: number) => number;
}

export interface TestExr {
  readonly channels: readonly TestChannel[];
  readonly dataWindow: Box;
  readonly displayWindow?: Box;
  readonly chromaticities?: readonly number[];
  readonly compression?: number;
  /** Flags of the version field. */
  readonly flags?: number;
  readonly tiles?: readonly [number, number];
  /** Writes no offset table and no pixels. */
  readonly headerOnly?: boolean;
}

const TYPES = { uint: 0, half: 1, float: 2 } as const;

/** An uncompressed OpenEXR file of scanlines, with whatever oddities a test asks for. */
export function buildExr(exr: TestExr): Buffer {
  const { channels, dataWindow } = exr;
  const header = Buffer.concat([
    int32(0x01312f76, 2 | (exr.flags ?? 0)),
    attribute('channels', 'chlist', Buffer.concat([...channels.map(encodeChannel), Buffer.alloc(1)])),
    ...(exr.chromaticities
      ? [
          attribute(
            'chromaticities',
            'chromaticities',
            Buffer.from(Float32Array.from(exr.chromaticities).buffer),
          ),
        ]
      : []),
    attribute('compression', 'compression', Buffer.of(exr.compression ?? 0)),
    attribute('dataWindow', 'box2i', encodeBox(dataWindow)),
    attribute('displayWindow', 'box2i', encodeBox(exr.displayWindow ?? dataWindow)),
    ...(exr.tiles
      ? [attribute('tiles', 'tiledesc', Buffer.concat([int32(...exr.tiles), Buffer.alloc(1)]))]
      : []),
    attribute('vendorNote', 'something unheard of', Buffer.from('to be skipped')),
    Buffer.alloc(1),
  ]);
  if (exr.headerOnly) return header;

  const rows: Buffer[] = [];
  for (let y = dataWindow.yMin; y <= dataWindow.yMax; y++) {
    const samples = Buffer.concat(channels.map((channel) => encodeRow(channel, dataWindow, y)));
    rows.push(Buffer.concat([int32(y, samples.length), samples]));
  }
  const table = Buffer.alloc(rows.length * 8);
  let at = header.length + table.length;
  rows.forEach((row, i) => {
    table.writeBigUInt64LE(BigInt(at), i * 8);
    at += row.length;
  });
  return Buffer.concat([header, table, ...rows]);
}

/** A file of two chunks, the first of them coded: without the channel rules, which version 1 did not say. */
export function dwaVersion1(file: Uint8Array): Uint8Array {
  const bytes = Buffer.from(file);
  let table = 8;
  while (bytes.readBigUInt64LE(table) !== BigInt(table + 16)) table++;
  const chunk = table + 16;
  const [block, sizes] = [chunk + 8, 11 * 8];
  const rules = bytes.readUInt16LE(block + sizes);
  bytes.writeBigUInt64LE(bytes.readBigUInt64LE(table + 8) - BigInt(rules), table + 8);
  bytes.writeUInt32LE(bytes.readUInt32LE(chunk + 4) - rules, chunk + 4);
  bytes.writeBigUInt64LE(1n, block);
  return Buffer.concat([bytes.subarray(0, block + sizes), bytes.subarray(block + sizes + rules)]);
}

function encodeRow({ type, sampling = 1, sample }: TestChannel, { xMin, xMax }: Box, y: number): Buffer {
  const samples: Buffer[] = [];
  if (y % sampling !== 0) return Buffer.alloc(0);
  for (let x = xMin; x <= xMax; x++) {
    if (x % sampling !== 0) continue;
    const bytes = Buffer.alloc(type === 'half' ? 2 : 4);
    if (type === 'half') bytes.writeUInt16LE(sample(x, y));
    else if (type === 'float') bytes.writeFloatLE(sample(x, y));
    else bytes.writeUInt32LE(sample(x, y));
    samples.push(bytes);
  }
  return Buffer.concat(samples);
}

const encodeChannel = ({ name, type, sampling = 1 }: TestChannel): Buffer =>
  Buffer.concat([Buffer.from(`${name}\0`), int32(TYPES[type], 0, sampling, sampling)]);

const encodeBox = ({ xMin, yMin, xMax, yMax }: Box): Buffer => int32(xMin, yMin, xMax, yMax);

const attribute = (name: string, type: string, value: Buffer): Buffer =>
  Buffer.concat([Buffer.from(`${name}\0${type}\0`), int32(value.length), value]);

function int32(...values: number[]): Buffer {
  const bytes = Buffer.alloc(values.length * 4);
  values.forEach((value, i) => bytes.writeInt32LE(value | 0, i * 4));
  return bytes;
}
