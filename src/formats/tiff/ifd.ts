// Image file directories of TIFF 6.0, section 2, which Exif and makers' notes are made of too. Reading is total: what lies beyond
// the bytes is not there.

export interface Field {
  readonly type: number;
  readonly count: number;
  /** Of the first value, from the beginning of the bytes. */
  readonly offset: number;
}

export interface Ifd {
  readonly fields: ReadonlyMap<number, Field>;
  /** Tags of which the values lie beyond the bytes that there are. */
  readonly beyond: ReadonlySet<number>;
  /** Whether all its fields are within the bytes that there are. */
  readonly whole: boolean;
}

/** Bytes of a value, by its type. */
const SIZES: Readonly<Record<number, number>> = {
  1: 1,
  2: 1,
  3: 2,
  4: 4,
  5: 8,
  6: 1,
  7: 1,
  8: 2,
  9: 4,
  10: 8,
  11: 4,
  12: 8,
  13: 4,
  16: 8,
  17: 8,
  18: 8,
};

/** What of a directory has other sizes in BigTIFF: the count of fields, a field, and what of it is a count or a value. */
interface Sizes {
  readonly count: number;
  readonly field: number;
  readonly value: number;
}
const TIFF: Sizes = { count: 2, field: 12, value: 4 };
const BIG_TIFF: Sizes = { count: 8, field: 20, value: 8 };
/** Of one directory; BigTIFF can claim any number. */
const MOST_FIELDS = 65_535;

/** Reads directories within `bytes`, from whose beginning their offsets count. */
export class IfdReader {
  private readonly view: DataView;
  private readonly sizes: Sizes;
  readonly littleEndian: boolean;

  constructor(bytes: Uint8Array, littleEndian: boolean, sizes = TIFF) {
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.sizes = sizes;
    this.littleEndian = littleEndian;
  }

  /** Null where there is no directory. */
  read(offset: number): Ifd | null {
    const { view, littleEndian, sizes } = this;
    if (offset + sizes.count > view.byteLength) return null;
    const count = sizes.count === 2 ? view.getUint16(offset, littleEndian) : this.whole(offset);
    const fields = new Map<number, Field>();
    const beyond = new Set<number>();
    for (let i = 0; i < Math.min(count, MOST_FIELDS); i++) {
      const at = offset + sizes.count + sizes.field * i;
      if (at + sizes.field > view.byteLength) break;
      const type = view.getUint16(at + 2, littleEndian);
      const values = this.whole(at + 4);
      const size = SIZES[type];
      if (size === undefined || values === 0) continue;
      const inline = at + 4 + sizes.value;
      const first = size * values <= sizes.value ? inline : this.whole(inline);
      const tag = view.getUint16(at, littleEndian);
      if (first + size * values > view.byteLength) beyond.add(tag);
      else fields.set(tag, { type, count: values, offset: first });
    }
    const whole = offset + sizes.count + sizes.field * count <= view.byteLength;
    return { fields, beyond, whole };
  }

  /** A count or an offset. */
  whole(at: number): number {
    const { view, littleEndian, sizes } = this;
    return sizes.value === 4 ? view.getUint32(at, littleEndian) : Number(view.getBigUint64(at, littleEndian));
  }

  /** Its numbers; of a fraction the quotient. */
  numbers({ type, count, offset }: Field): number[] {
    return Array.from({ length: count }, (_, i) => this.number(type, offset + i * SIZES[type]!));
  }

  bytes({ type, count, offset }: Field): Uint8Array {
    return new Uint8Array(this.view.buffer, this.view.byteOffset + offset, count * SIZES[type]!);
  }

  private number(type: number, at: number): number {
    const { view, littleEndian } = this;
    switch (type) {
      case 3:
        return view.getUint16(at, littleEndian);
      case 4:
      case 13:
        return view.getUint32(at, littleEndian);
      case 5:
        return view.getUint32(at, littleEndian) / view.getUint32(at + 4, littleEndian);
      case 6:
        return view.getInt8(at);
      case 8:
        return view.getInt16(at, littleEndian);
      case 9:
        return view.getInt32(at, littleEndian);
      case 10:
        return view.getInt32(at, littleEndian) / view.getInt32(at + 4, littleEndian);
      case 11:
        return view.getFloat32(at, littleEndian);
      case 16:
      case 18:
        return Number(view.getBigUint64(at, littleEndian));
      case 17:
        return Number(view.getBigInt64(at, littleEndian));
      case 12:
        return view.getFloat64(at, littleEndian);
      default:
        return view.getUint8(at);
    }
  }
}

/** Of the bytes that a TIFF, a BigTIFF or Exif begins with; null for other bytes. */
export function readTiffStart(
  bytes: Uint8Array,
): { readonly reader: IfdReader; readonly first: number } | null {
  if (bytes.length < 8) return null;
  const littleEndian = bytes[0] === 0x49 && bytes[1] === 0x49;
  if (!littleEndian && !(bytes[0] === 0x4d && bytes[1] === 0x4d)) return null;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const version = view.getUint16(2, littleEndian);
  if (version !== 42 && version !== 43) return null;
  const big = version === 43;
  const reader = new IfdReader(bytes, littleEndian, big ? BIG_TIFF : TIFF);
  // BigTIFF says first that its offsets have 8 bytes, in 4.
  const at = big ? 8 : 4;
  return { reader, first: at + (big ? 8 : 4) > bytes.length ? bytes.length : reader.whole(at) };
}
