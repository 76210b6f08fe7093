import { authorOfFields, MOST_CHARACTERS, type Author } from './author-fields.ts';

// What Photoshop and press agencies write beside Exif and XMP: IPTC-IIM 4.2 in an image resource (Adobe Photoshop File Formats).

const SIGNATURE = '8BIM';
const [IIM, IIM_DIGEST] = [0x0404, 0x0425];
const MARKER = 0x1c;
const [ENVELOPE, APPLICATION] = [1, 2];
/** Content location code and name, city, sublocation, province, country code and name, all of the application record. */
const LOCATION = [26, 27, 90, 92, 95, 100, 101];
const [CHARACTER_SET, BY_LINE, COPYRIGHT] = [90, 80, 116];
const UTF_8 = '\x1b%G';

interface Piece {
  /** Of the resource's number, or the record's and the data set's. */
  readonly id: number;
  readonly data: Uint8Array;
  /** With what is before and behind the data. */
  readonly whole: Uint8Array;
}

const dataSet = (record: number, number: number): number => (record << 8) | number;

/** The image resources without what says where the picture was taken; `null` where there is nothing to take away, or they are damaged. */
export function withoutLocation(resources: Uint8Array): Uint8Array | null {
  const all = resourcesIn(resources);
  const location = LOCATION.map((number) => dataSet(APPLICATION, number));
  const kept = all.map((resource) => {
    if (resource.id !== IIM) return resource.whole;
    const sets = dataSetsIn(resource.data);
    const others = sets.filter(({ id }) => !location.includes(id));
    if (others.length === sets.length) return resource.whole;
    return resourceOf(resource, Buffer.concat(others.map(({ whole }) => whole)));
  });
  if (kept.every((bytes, i) => bytes === all[i]!.whole)) return null;
  // The digest says that the data sets are as they were.
  return Buffer.concat(kept.filter((_, i) => all[i]!.id !== IIM_DIGEST));
}

/** Who made the picture and whose it is, as IPTC says it. */
export function authorOf(resources: Uint8Array): Author {
  const sets = resourcesIn(resources).flatMap(({ id, data }) => (id === IIM ? dataSetsIn(data) : []));
  const find = (record: number, number: number): Uint8Array | undefined =>
    sets.find(({ id }) => id === dataSet(record, number))?.data;
  const characters = find(ENVELOPE, CHARACTER_SET);
  const utf8 = characters !== undefined && Buffer.from(characters).toString('latin1') === UTF_8;
  const text = (number: number): string | undefined => {
    const said = Buffer.from(find(APPLICATION, number) ?? []).toString(utf8 ? 'utf8' : 'latin1');
    return said.replaceAll('\0', '').trim().slice(0, MOST_CHARACTERS) || undefined;
  };
  const [artist, copyright] = [text(BY_LINE), text(COPYRIGHT)];
  return authorOfFields(artist, copyright);
}

/** Whether there is nothing but whole resources: what is cut off may go on in the file's next segment. */
export function areWhole(resources: Uint8Array): boolean {
  return resourcesIn(resources).every(
    ({ id, data, whole }) => id !== 0 || data.length > 0 || whole.every((byte) => byte === 0),
  );
}

/** Resources one after the other; what is none, or cut off, comes last and whole. */
function resourcesIn(bytes: Uint8Array): Piece[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const found: Piece[] = [];
  let at = 0;
  while (
    at + 12 <= bytes.length &&
    Buffer.from(bytes.subarray(at, at + 4)).toString('latin1') === SIGNATURE
  ) {
    // A name of one byte's length, padded with it to an even one.
    const start = at + 6 + ((bytes[at + 6]! + 2) & ~1) + 4;
    if (start > bytes.length) break;
    const end = start + view.getUint32(start - 4);
    if (end > bytes.length) break;
    const next = Math.min(end + ((end - at) & 1), bytes.length);
    found.push({
      id: view.getUint16(at + 4),
      data: bytes.subarray(start, end),
      whole: bytes.subarray(at, next),
    });
    at = next;
  }
  if (at < bytes.length) found.push({ id: 0, data: new Uint8Array(), whole: bytes.subarray(at) });
  return found;
}

/** The resource with other data, padded to an even length. */
function resourceOf({ data, whole }: Piece, changed: Uint8Array): Uint8Array {
  const header = Buffer.from(whole.subarray(0, data.byteOffset - whole.byteOffset));
  header.writeUInt32BE(changed.length, header.length - 4);
  return Buffer.concat([header, changed, new Uint8Array(changed.length & 1)]);
}

/** Data sets one after the other; what is none, or cut off, comes last and whole. */
function dataSetsIn(bytes: Uint8Array): Piece[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const found: Piece[] = [];
  let at = 0;
  while (at + 5 <= bytes.length && bytes[at] === MARKER) {
    const length = view.getUint16(at + 3);
    // The highest bit says that the length itself has a length, which no field of text needs.
    const end = at + 5 + length;
    if (length & 0x8000 || end > bytes.length) break;
    found.push({
      id: view.getUint16(at + 1),
      data: bytes.subarray(at + 5, end),
      whole: bytes.subarray(at, end),
    });
    at = end;
  }
  if (at < bytes.length) found.push({ id: 0, data: new Uint8Array(), whole: bytes.subarray(at) });
  return found;
}
