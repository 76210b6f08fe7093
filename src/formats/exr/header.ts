import type { Chromaticities } from '../chromaticities.ts';
import { damaged, FormatError } from '../errors.ts';
import { ByteReader } from './byte-reader.ts';

// OpenEXR file layout: https://openexr.com/en/latest/OpenEXRFileLayout.html

export const MAGIC = 0x01312f76;
/** Bits of the version field above its lowest byte, which is the version number. */
const FLAGS = { tiled: 0x200, longNames: 0x400, deep: 0x800, multiPart: 0x1000 } as const;

export const PIXEL_TYPES = { uint: 0, half: 1, float: 2 } as const;
export type PixelType = (typeof PIXEL_TYPES)[keyof typeof PIXEL_TYPES];

export interface Channel {
  readonly name: string;
  readonly type: PixelType;
  /** Stored as if its values were perceptually linear already (B44 and DWA take heed). */
  readonly pLinear: boolean;
  /** The channel has samples only at columns and rows that these divide. */
  readonly xSampling: number;
  readonly ySampling: number;
}

/** Both corners belong to the box. */
export interface Box {
  readonly xMin: number;
  readonly yMin: number;
  readonly xMax: number;
  readonly yMax: number;
}

export interface Part {
  readonly channels: readonly Channel[];
  /** Code of the compression attribute, 0…9. */
  readonly compression: number;
  /** The pixels that are stored. */
  readonly dataWindow: Box;
  /** The pixels that are shown. */
  readonly displayWindow: Box;
  /** Size of a tile; null where the part is stored in scanlines. */
  readonly tiles: { readonly width: number; readonly height: number } | null;
  readonly chromaticities: Chromaticities | null;
  /** cd/m² of R = G = B = 1; null where the file does not say. */
  readonly whiteLuminance: number | null;
  readonly deep: boolean;
  /** Entries of the part's offset table; null where the file leaves it to be computed. */
  readonly chunkCount: number | null;
}

export interface ExrHeader {
  readonly parts: readonly Part[];
  readonly multiPart: boolean;
  /** Offset of the first part's offset table. */
  readonly end: number;
}

type Attributes = ReadonlyMap<string, { readonly type: string; readonly value: ByteReader }>;

/** @throws FormatError */
export function parseExrHeader(bytes: Uint8Array): ExrHeader {
  const reader = new ByteReader(bytes, 'the OpenEXR header');
  if (reader.uint32() !== MAGIC) throw new FormatError('unsupported_format', 'this is no OpenEXR file');
  const version = reader.uint32();
  const known = 0xff | FLAGS.tiled | FLAGS.longNames | FLAGS.deep | FLAGS.multiPart;
  if ((version & 0xff) !== 2 || (version & ~known) !== 0)
    throw new FormatError('unsupported_feature', 'only OpenEXR files of version 2 are read');
  const multiPart = (version & FLAGS.multiPart) !== 0;

  const parts: Part[] = [];
  do {
    const attributes = readAttributes(reader);
    if (attributes.size === 0) break;
    parts.push(parsePart(attributes, version));
  } while (multiPart);
  if (parts.length === 0) throw damaged('the OpenEXR header is empty');
  return { parts, multiPart, end: reader.offset };
}

function readAttributes(reader: ByteReader): Attributes {
  const attributes = new Map<string, { type: string; value: ByteReader }>();
  for (let name = reader.text(); name !== ''; name = reader.text()) {
    const type = reader.text();
    attributes.set(name, { type, value: reader.slice(reader.uint32(), `the OpenEXR attribute ${name}`) });
  }
  return attributes;
}

function parsePart(attributes: Attributes, version: number): Part {
  const find = (name: string, type: string): ByteReader | null => {
    const attribute = attributes.get(name);
    return attribute?.type === type ? attribute.value : null;
  };
  const need = (name: string, type: string): ByteReader => {
    const value = find(name, type);
    if (!value) throw damaged(`the OpenEXR header lacks its ${name}`);
    return value;
  };

  const kind = find('type', 'string')?.rest() ?? null;
  const tiled = kind === null ? (version & FLAGS.tiled) !== 0 : kind.includes('tile');
  const chromaticities = find('chromaticities', 'chromaticities');
  const whiteLuminance = find('whiteLuminance', 'float')?.float32() ?? null;
  const dataWindow = parseBox(need('dataWindow', 'box2i'));
  const displayWindow = find('displayWindow', 'box2i');
  return {
    channels: parseChannels(need('channels', 'chlist')),
    compression: need('compression', 'compression').uint8(),
    dataWindow,
    displayWindow: displayWindow ? parseBox(displayWindow) : dataWindow,
    tiles: tiled ? parseTiles(need('tiles', 'tiledesc')) : null,
    chromaticities: chromaticities
      ? (Array.from({ length: 8 }, () => chromaticities.float32()) as unknown as Chromaticities)
      : null,
    whiteLuminance: whiteLuminance !== null && isLuminance(whiteLuminance) ? whiteLuminance : null,
    deep: kind === null ? (version & FLAGS.deep) !== 0 : kind.startsWith('deep'),
    chunkCount: find('chunkCount', 'int')?.int32() ?? null,
  };
}

/** Writers that know nothing of it leave 0, or 1; nothing that is shown has a white of less than 5 cd/m². */
function isLuminance(nits: number): boolean {
  return nits >= 5 && nits <= 100_000;
}

function parseChannels(reader: ByteReader): Channel[] {
  const channels: Channel[] = [];
  for (let name = reader.text(); name !== ''; name = reader.text()) {
    const type = reader.uint32();
    if (type > PIXEL_TYPES.float) throw damaged(`the OpenEXR channel ${name} has an unknown pixel type`);
    const pLinear = reader.uint32() % 256 !== 0; // one byte and three that are reserved
    const xSampling = reader.int32();
    const ySampling = reader.int32();
    if (xSampling < 1 || ySampling < 1) throw damaged(`the OpenEXR channel ${name} has a sampling below 1`);
    channels.push({ name, type: type as PixelType, pLinear, xSampling, ySampling });
  }
  if (channels.length === 0) throw damaged('the OpenEXR file has no channels');
  return channels;
}

function parseBox(reader: ByteReader): Box {
  const box = { xMin: reader.int32(), yMin: reader.int32(), xMax: reader.int32(), yMax: reader.int32() };
  if (box.xMax < box.xMin || box.yMax < box.yMin)
    throw damaged('the OpenEXR header has a window without pixels');
  return box;
}

function parseTiles(reader: ByteReader): { width: number; height: number } {
  const tiles = { width: reader.uint32(), height: reader.uint32() };
  if (tiles.width < 1 || tiles.height < 1) throw damaged('the OpenEXR header has tiles without pixels');
  return tiles;
}

export const boxWidth = (box: Box): number => box.xMax - box.xMin + 1;
export const boxHeight = (box: Box): number => box.yMax - box.yMin + 1;
