/** A field's only value, or its type, count and value. */
type Entry = number | readonly [type: number, count: number, value: number];

/** Of 2 × 2 pixels of RGB in 8 bits, one strip, and what `fields` say otherwise. The strip begins at 512. */
export function buildTiff(
  fields: Readonly<Record<number, Entry>>,
  strip: Uint8Array,
  bigEndian = false,
): Buffer<ArrayBuffer> {
  const all: Record<number, Entry> = {
    256: 2,
    257: 2,
    258: 8,
    259: 1,
    262: 2,
    273: 512,
    277: 3,
    278: 2,
    279: strip.length,
    ...fields,
  };
  const bytes = Buffer.alloc(512 + strip.length);
  const view = new DataView(bytes.buffer, bytes.byteOffset);
  const entries = Object.entries(all).sort(([a], [b]) => Number(a) - Number(b));
  bytes.write(bigEndian ? 'MM\0*' : 'II*\0', 'latin1');
  view.setUint32(4, 8, !bigEndian);
  view.setUint16(8, entries.length, !bigEndian);
  entries.forEach(([tag, entry], i) => {
    const [type, count, value] = typeof entry === 'number' ? [4, 1, entry] : entry;
    const at = 10 + 12 * i;
    view.setUint16(at, Number(tag), !bigEndian);
    view.setUint16(at + 2, type, !bigEndian);
    view.setUint32(at + 4, count, !bigEndian);
    view.setUint32(at + 8, value, !bigEndian);
  });
  bytes.set(strip, 512);
  return bytes;
}
