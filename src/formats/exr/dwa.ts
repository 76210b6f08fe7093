import { damaged, FormatError } from '../errors.ts';
import { planesToRows, type Block, type BlockChannel } from './block.ts';
import { ByteReader } from './byte-reader.ts';
import { decodeLossyDct, type Coefficients } from './dwa-dct.ts';
import { decodeHuffman } from './huffman.ts';
import { PIXEL_TYPES } from './header.ts';
import { inflate, undoPredictor, undoRunLengths } from './inflate.ts';

// DWAA and DWAB (OpenEXR's ImfDwaCompressor.cpp): most channels by a lossy 8 × 8 DCT, alpha by run lengths, the rest by zlib.

const SCHEMES = { unknown: 0, lossyDct: 1, runLengths: 2 } as const;
const AC_HUFFMAN = 0;

/** What the block says of channels of one name and type. */
interface Rule {
  readonly suffix: string;
  readonly type: number;
  readonly scheme: number;
  /** 0, 1, 2 for what becomes Y, Cb, Cr together with its fellows; −1 for a channel alone. */
  readonly colour: number;
  readonly anyCase: boolean;
}

/** Those of all blocks before version 2, which says them. */
const FIRST_RULES: readonly Rule[] = [
  ...[
    ['r', 'red'],
    ['g', 'grn', 'green'],
    ['b', 'blu', 'blue'],
    ['y', 'by', 'ry'],
  ].flatMap((names, colour) =>
    names.flatMap((suffix) =>
      [PIXEL_TYPES.half, PIXEL_TYPES.float].map((type) => ({
        suffix,
        type,
        scheme: SCHEMES.lossyDct,
        colour: colour < 3 ? colour : -1,
        anyCase: true,
      })),
    ),
  ),
  ...Object.values(PIXEL_TYPES).map((type) => ({
    suffix: 'a',
    type,
    scheme: SCHEMES.runLengths,
    colour: -1,
    anyCase: true,
  })),
];

interface Sizes {
  readonly unknown: number;
  readonly unknownCoded: number;
  readonly acCoded: number;
  readonly dcCoded: number;
  readonly rleCoded: number;
  readonly rleInflated: number;
  readonly rle: number;
  readonly acCount: number;
  readonly dcCount: number;
  readonly acScheme: number;
}

export function decodeDwa(bytes: Uint8Array, block: Block): Uint8Array {
  const reader = new ByteReader(bytes, 'a DWA block of the OpenEXR file');
  const version = reader.uint64();
  if (version > 2)
    throw new FormatError('unsupported_feature', 'DWA blocks of OpenEXR files are read up to version 2');
  const sizes = readSizes(reader, block);
  const rules = version === 2 ? readRules(reader) : FIRST_RULES;

  // The streams lie one after another, in this order.
  let unknown = sizes.unknownCoded > 0 ? inflate(reader.take(sizes.unknownCoded), sizes.unknown) : EMPTY;
  const acBytes = reader.take(sizes.acCoded);
  const dcBytes = reader.take(sizes.dcCoded);
  const rleBytes = reader.take(sizes.rleCoded);
  const coefficients: Coefficients = {
    ac: readAc(acBytes, sizes),
    dc: sizes.dcCount > 0 ? words(undoPredictor(inflate(dcBytes, sizes.dcCount * 2))) : new Uint16Array(0),
    acAt: 0,
    dcAt: 0,
  };
  let rle = sizes.rle > 0 ? undoRunLengths(inflate(rleBytes, sizes.rleInflated), sizes.rle) : EMPTY;

  const planes = new Uint8Array(block.bytes);
  const views = splitPlanes(planes, block);
  const schemes = block.channels.map((channel) => findRule(rules, channel)?.scheme ?? SCHEMES.unknown);
  const done = new Set<number>();
  for (const set of colourSets(block.channels, rules)) {
    decodeLossyDct(
      coefficients,
      set.map((c) => ({ channel: block.channels[c]!, plane: views[c]! })),
    );
    for (const c of set) done.add(c);
  }
  block.channels.forEach((channel, c) => {
    if (done.has(c)) return;
    const plane = views[c]!;
    const scheme = schemes[c];
    if (scheme === SCHEMES.lossyDct) {
      decodeLossyDct(coefficients, [{ channel, plane }]);
    } else if (scheme === SCHEMES.runLengths) {
      joinBytePlanes(takeFrom(rle, plane.length), plane, channel.bytes);
      rle = rle.subarray(plane.length);
    } else {
      plane.set(takeFrom(unknown, plane.length));
      unknown = unknown.subarray(plane.length);
    }
  });
  return planesToRows(planes, block);
}

const EMPTY = new Uint8Array(0);

function readSizes(reader: ByteReader, block: Block): Sizes {
  const unknown = reader.uint64();
  const unknownCoded = reader.uint64();
  const acCoded = reader.uint64();
  const dcCoded = reader.uint64();
  const rleCoded = reader.uint64();
  const rleInflated = reader.uint64();
  const rle = reader.uint64();
  const acCount = reader.uint64();
  const dcCount = reader.uint64();
  const acScheme = reader.uint64();
  // Blocks at the edge are padded to 8 × 8, which no channel's plane grows by more than 64 for each of its samples.
  const most = block.bytes * 64 + 1024;
  if (
    unknown > block.bytes ||
    rle > block.bytes ||
    rleInflated > 2 * block.bytes + 2 ||
    acCount > most ||
    dcCount > most
  )
    throw damaged('a DWA block of the OpenEXR file claims more than it can hold');
  return { unknown, unknownCoded, acCoded, dcCoded, rleCoded, rleInflated, rle, acCount, dcCount, acScheme };
}

function readRules(reader: ByteReader): Rule[] {
  const table = reader.slice(reader.uint16() - 2, 'the channel rules of a DWA block of the OpenEXR file');
  const rules: Rule[] = [];
  while (table.left > 0) {
    const suffix = table.text();
    const value = table.uint8();
    rules.push({
      suffix,
      type: table.uint8(),
      scheme: (value >> 2) & 3,
      colour: (value >> 4) - 1,
      anyCase: (value & 1) !== 0,
    });
  }
  return rules;
}

function readAc(bytes: Uint8Array, { acScheme, acCount }: Sizes): Uint16Array {
  if (acCount === 0) return new Uint16Array(0);
  return acScheme === AC_HUFFMAN ? decodeHuffman(bytes, acCount) : words(inflate(bytes, acCount * 2));
}

/** The rule whose suffix is the channel's name after its last dot; the last one that fits, as in OpenEXR. */
function findRule(rules: readonly Rule[], { name, type }: BlockChannel): Rule | undefined {
  const suffix = name.slice(name.lastIndexOf('.') + 1);
  return rules.findLast(
    (rule) =>
      rule.type === type &&
      (rule.suffix === suffix || (rule.anyCase && rule.suffix.toLowerCase() === suffix.toLowerCase())),
  );
}

/** Channels of one layer that are coded together, by index: [R, G, B]. */
function colourSets(channels: readonly BlockChannel[], rules: readonly Rule[]): [number, number, number][] {
  const layers = new Map<string, [number, number, number]>();
  channels.forEach((channel, c) => {
    const colour = findRule(rules, channel)?.colour ?? -1;
    if (colour < 0 || colour > 2) return;
    const layer = channel.name.slice(0, channel.name.lastIndexOf('.') + 1);
    const set = layers.get(layer) ?? [-1, -1, -1];
    set[colour] = c;
    layers.set(layer, set);
  });
  return [...layers.values()].filter((set) => {
    if (set.includes(-1)) return false;
    const [r, g, b] = set.map((c) => channels[c]!) as [BlockChannel, BlockChannel, BlockChannel];
    return [g, b].every((other) => other.xSampling === r.xSampling && other.ySampling === r.ySampling);
  });
}

function splitPlanes(planes: Uint8Array, block: Block): Uint8Array[] {
  let start = 0;
  return block.channels.map(({ width, height, bytes }) => {
    const from = start;
    start += width * height * bytes;
    return planes.subarray(from, start);
  });
}

/** From all lowest bytes, then all next ones, … to samples. */
function joinBytePlanes(source: Uint8Array, plane: Uint8Array, bytes: number): void {
  const count = plane.length / bytes;
  for (let i = 0; i < count; i++)
    for (let b = 0; b < bytes; b++) plane[i * bytes + b] = source[b * count + i]!;
}

function takeFrom(stream: Uint8Array, length: number): Uint8Array {
  if (stream.length < length)
    throw damaged('a DWA block of the OpenEXR file is damaged: a channel is cut off');
  return stream.subarray(0, length);
}

function words(bytes: Uint8Array): Uint16Array {
  const out = new Uint16Array(bytes.length / 2);
  for (let i = 0; i < out.length; i++) out[i] = bytes[2 * i]! | (bytes[2 * i + 1]! << 8);
  return out;
}
