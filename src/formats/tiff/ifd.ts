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
  /** Offset of the next one; 0 for none. */
  readonly next: number;
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
};

/** Reads directories within `bytes`, from whose beginning their offsets count. */
export class IfdReader {
  private readonly view: DataView;
  readonly littleEndian: boolean;

  constructor(bytes: Uint8Array, littleEndian: boolean) {
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.littleEndian = littleEndian;
  }

  /** Null where there is no directory. */
  read(offset: number): Ifd | null {
    const { view, littleEndian } = this;
    if (offset + 2 > view.byteLength) return null;
    const count = view.getUint16(offset, littleEndian);
    const fields = new Map<number, Field>();
    const beyond = new Set<number>();
    for (let i = 0; i < count; i++) {
      const at = offset + 2 + 12 * i;
      if (at + 12 > view.byteLength) break;
      const type = view.getUint16(at + 2, littleEndian);
      const values = view.getUint32(at + 4, littleEndian);
      const size = SIZES[type];
      if (size === undefined || values === 0) continue;
      const first = size * values <= 4 ? at + 8 : view.getUint32(at + 8, littleEndian);
      const tag = view.getUint16(at, littleEndian);
      if (first + size * values > view.byteLength) beyond.add(tag);
      else fields.set(tag, { type, count: values, offset: first });
    }
    const end = offset + 2 + 12 * count;
    return { fields, beyond, next: end + 4 <= view.byteLength ? view.getUint32(end, littleEndian) : 0 };
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
      case 12:
        return view.getFloat64(at, littleEndian);
      default:
        return view.getUint8(at);
    }
  }
}

/** Of the eight bytes that a TIFF, or Exif, begins with; null for other bytes. */
export function readTiffStart(
  bytes: Uint8Array,
): { readonly reader: IfdReader; readonly first: number } | null {
  if (bytes.length < 8) return null;
  const littleEndian = bytes[0] === 0x49 && bytes[1] === 0x49;
  if (!littleEndian && !(bytes[0] === 0x4d && bytes[1] === 0x4d)) return null;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (view.getUint16(2, littleEndian) !== 42) return null;
  return { reader: new IfdReader(bytes, littleEndian), first: view.getUint32(4, littleEndian) };
}
