import { damaged } from '../errors.ts';
import { resolveChromaticities, type Chromaticities } from '../chromaticities.ts';
import { readTiffStart, type Field, type Ifd, type IfdReader } from './ifd.ts';

// TIFF 6.0, and its technical note 3 for samples of floating point.

const TAGS = {
  width: 256,
  height: 257,
  bits: 258,
  compression: 259,
  photometric: 262,
  stripOffsets: 273,
  orientation: 274,
  samples: 277,
  rowsPerStrip: 278,
  stripBytes: 279,
  planar: 284,
  predictor: 317,
  white: 318,
  primaries: 319,
  tileWidth: 322,
  tileHeight: 323,
  tileOffsets: 324,
  tileBytes: 325,
  extraSamples: 338,
  sampleFormat: 339,
  icc: 34675,
} as const;

/** Without these a picture would be taken for another kind of picture. */
const NEEDED: readonly number[] = [TAGS.bits, TAGS.sampleFormat, TAGS.icc];

export interface TiffHeader {
  /** As it is stored. */
  readonly width: number;
  readonly height: number;
  readonly orientation: number;
  /** Per sample; of a file of differing samples the most. */
  readonly bits: number;
  /** 1 for unsigned integers, 2 for signed ones, 3 for floating point, 4 for what its writer did not know. */
  readonly sampleFormat: number;
  readonly samples: number;
  /** 1 for grey, 2 for RGB, others as the specification numbers them. */
  readonly photometric: number;
  /** Samples of the colour that the extra one has not been multiplied by. */
  readonly straightAlpha: boolean;
  readonly compression: number;
  readonly predictor: number;
  /** Each sample has its own strips or tiles. */
  readonly planar: boolean;
  readonly littleEndian: boolean;
  /** Of a strip, or of a tile. */
  readonly block: { readonly width: number; readonly height: number; readonly tiled: boolean };
  /** Reads where the blocks are, which costs as much as there are. */
  readonly extents: () => { readonly offsets: number[]; readonly lengths: number[] };
  readonly icc: Uint8Array | null;
  readonly chromaticities: Chromaticities | null;
}

/** @throws FormatError */
export function readTiffHeader(bytes: Uint8Array): TiffHeader {
  const start = readTiffStart(bytes);
  const ifd = start?.reader.read(start.first);
  // Most writers put the directory last, where a probe of the beginning does not see it.
  if (!start || !ifd?.whole || NEEDED.some((tag) => ifd.beyond.has(tag)))
    throw damaged('the TIFF ends before its directory does');
  const { reader } = start;
  const number = (tag: number, otherwise: number): number => first(reader, ifd, tag) ?? otherwise;
  const width = number(TAGS.width, 0);
  const height = number(TAGS.height, 0);
  const bits = ifd.fields.get(TAGS.bits);
  const tiled = ifd.fields.has(TAGS.tileWidth);
  const orientation = number(TAGS.orientation, 1);
  return {
    width,
    height,
    orientation: orientation >= 1 && orientation <= 8 ? orientation : 1,
    bits: bits ? largest(reader, bits) : 1,
    sampleFormat: number(TAGS.sampleFormat, 1),
    samples: number(TAGS.samples, 1),
    photometric: number(TAGS.photometric, 1),
    straightAlpha: number(TAGS.extraSamples, 0) === 2,
    compression: number(TAGS.compression, 1),
    predictor: number(TAGS.predictor, 1),
    planar: number(TAGS.planar, 1) === 2,
    littleEndian: reader.littleEndian,
    block: tiled
      ? { width: number(TAGS.tileWidth, 0), height: number(TAGS.tileHeight, 0), tiled }
      : { width, height: Math.min(number(TAGS.rowsPerStrip, height), height), tiled },
    extents: () => ({
      offsets: all(reader, ifd, tiled ? TAGS.tileOffsets : TAGS.stripOffsets),
      lengths: all(reader, ifd, tiled ? TAGS.tileBytes : TAGS.stripBytes),
    }),
    icc: bytesOf(reader, ifd, TAGS.icc),
    chromaticities: chromaticitiesOf(reader, ifd),
  };
}

/** Numbers of a field that is expected to have but a few. */
const FEW = 64;

function first(reader: IfdReader, { fields }: Ifd, tag: number): number | undefined {
  const field = fields.get(tag);
  return field && reader.numbers({ ...field, count: 1 })[0];
}

function largest(reader: IfdReader, field: Field): number {
  return Math.max(...reader.numbers({ ...field, count: Math.min(field.count, FEW) }));
}

function all(reader: IfdReader, { fields }: Ifd, tag: number): number[] {
  const field = fields.get(tag);
  return field ? reader.numbers(field) : [];
}

function bytesOf(reader: IfdReader, { fields }: Ifd, tag: number): Uint8Array | null {
  const field = fields.get(tag);
  return field ? reader.bytes(field) : null;
}

function chromaticitiesOf(reader: IfdReader, { fields }: Ifd): Chromaticities | null {
  const [white, primaries] = [fields.get(TAGS.white), fields.get(TAGS.primaries)];
  if (white?.count !== 2 || primaries?.count !== 6) return null;
  const found = [...reader.numbers(primaries), ...reader.numbers(white)] as unknown as Chromaticities;
  return resolveChromaticities(found) && found;
}
