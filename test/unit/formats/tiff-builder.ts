/** A field's only value, or its type, count and value. */
type Entry = number | readonly [type: number, count: number, value: number];

/** Of 2 × 2 pixels of RGB in 8 bits, one strip, and what `fields` say otherwise. The strip begins at 512. */
export function buildTiff(
  fields: Readonly<Record<number, Entry>>,
  strip: Uint8Array,
  { bigEndian = false, big = false } = {},
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
  const whole = (at: number, value: number): void => {
    if (big) view.setBigUint64(at, BigInt(value), !bigEndian);
    else view.setUint32(at, value, !bigEndian);
  };
  bytes.write(bigEndian ? 'MM' : 'II', 'latin1');
  view.setUint16(2, big ? 43 : 42, !bigEndian);
  if (big) view.setUint16(4, 8, !bigEndian);
  const directory = big ? 16 : 8;
  whole(big ? 8 : 4, directory);
  if (big) whole(directory, entries.length);
  else view.setUint16(directory, entries.length, !bigEndian);
  entries.forEach(([tag, entry], i) => {
    const [type, count, value] = typeof entry === 'number' ? [big ? 16 : 4, 1, entry] : entry;
    const at = directory + (big ? 8 + 20 * i : 2 + 12 * i);
    view.setUint16(at, Number(tag), !bigEndian);
    view.setUint16(at + 2, type, !bigEndian);
    whole(at + 4, count);
    whole(at + (big ? 12 : 8), value);
  });
  bytes.set(strip, 512);
  return bytes;
}
