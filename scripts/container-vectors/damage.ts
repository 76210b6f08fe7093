/** Ways to damage the sample file. */
import CRC32 from 'crc-32';
import { base, box, file, HEIGHT, layer1 } from './sample.ts';

/** Where the fields of the sample's header box are, from its beginning. */
export const at = {
  version: 8,
  minor: 9,
  boxBytes: 10,
  leadCrc: 12,
  base: 16,
  width: 24,
  primaries: 32,
  transfer: 33,
  idBytes: 34,
  layerCount: 35,
  nits: 36,
  headroom: 40,
  core: 44,
  halo: 46,
  id: 84,
  layer1: 91,
  range1: 99,
  gainMap: 115,
  curve: 123,
};

/** The file with its header box changed and both checksums made right again, so that only the values are wrong. */
export function withHeader(change: (box: Buffer) => Buffer | undefined): Buffer {
  const copy = Buffer.from(file.subarray(box, layer1));
  const changed = change(copy) ?? copy;
  changed.writeInt32BE(CRC32.buf(changed.subarray(0, at.leadCrc)), at.leadCrc);
  changed.writeInt32BE(CRC32.buf(changed.subarray(0, -4)), changed.length - 4);
  return Buffer.concat([base, changed, file.subarray(layer1)]);
}
export const u8 = (offset: number, value: number) => withHeader((b) => void b.writeUInt8(value, offset));
export const u16 = (offset: number, value: number) => withHeader((b) => void b.writeUInt16BE(value, offset));
export const u32 = (offset: number, value: number) => withHeader((b) => void b.writeUInt32BE(value, offset));
export const f32 = (offset: number, value: number) => withHeader((b) => void b.writeFloatBE(value, offset));
/** The file with bytes changed and no checksum mended. */
export const flipped = (offset: number, mask = 0xff) => {
  const copy = Buffer.from(file);
  copy[offset]! ^= mask;
  return copy;
};
export const inserted = (offset: number, ...bytes: number[]) =>
  Buffer.concat([base.subarray(0, offset), Buffer.from(bytes), base.subarray(offset)]);
/** The header box with `extra` bytes behind its last field. */
export const longer = (minor: number, extra: string) =>
  withHeader((b) => {
    const changed = Buffer.concat([b.subarray(0, -4), Buffer.from(extra), b.subarray(-4)]);
    changed.writeUInt8(minor, at.minor);
    changed.writeUInt16BE(changed.length, at.boxBytes);
    return changed;
  });
export const frame = base.indexOf(Buffer.of(0xff, 0xc0));

/** The base with its number of lines in a DNL segment after the scan instead of the frame header. */
export function withDnl(): Buffer {
  const copy = inserted(base.length - 2, 0xff, 0xdc, 0, 4, 0, HEIGHT);
  copy.writeUInt16BE(0, frame + 5);
  return copy;
}
