import { BigEndianReader, BigEndianWriter } from './big-endian.ts';
import { crc32 } from './crc32.ts';
import { ContainerError } from './errors.ts';
import { LEAD_BYTES, MINOR_VERSION, readLead, writeLead } from './header-lead.ts';
import { headerComplaint, MAX_LAYERS, MAX_MODEL_ID, TRANSFER_PQ } from './header-values.ts';
import { MAX_CURVE_BYTES, readInverseToneCurve, writeInverseToneCurve } from './inverse-tone-curve.ts';
import type { LayeredHeader, LayerHeader } from './layout.ts';
import { MAGIC } from './magic.ts';

/** The JPEG that the header belongs to. */
export interface BaseDigest {
  readonly length: number;
  readonly crc32: number;
}

const FIXED_BYTES = 68;
const LAYER_BYTES = 12;
const GAIN_MAP_BYTES = 8;
const CRC_BYTES = 4;
const MAX_BOX_BYTES =
  LEAD_BYTES +
  FIXED_BYTES +
  MAX_MODEL_ID +
  LAYER_BYTES * MAX_LAYERS +
  GAIN_MAP_BYTES +
  MAX_CURVE_BYTES +
  CRC_BYTES;

/** The header box, byte by byte as FORMAT.md has it. Throws ContainerError `invalid_argument`. */
export function writeHeaderBox(header: LayeredHeader, base: BaseDigest): Uint8Array {
  const complaint = headerComplaint(header);
  if (complaint !== null)
    throw new ContainerError('invalid_argument', `Cannot write the header: ${complaint}.`);
  const fields = writeFields(header, base);
  const box = new BigEndianWriter(MAX_BOX_BYTES);
  writeLead(box, LEAD_BYTES + fields.length + CRC_BYTES);
  box.bytes(fields);
  box.u32(crc32(box.finish()));
  return box.finish();
}

function writeFields(header: LayeredHeader, base: BaseDigest): Uint8Array {
  const to = new BigEndianWriter(MAX_BOX_BYTES);
  to.u32(base.length);
  to.u32(base.crc32);
  to.u32(header.width);
  to.u32(header.height);
  to.u8(header.primaries);
  to.u8(TRANSFER_PQ);
  to.u8(header.modelId.length);
  to.u8(header.layers.length);
  to.f32(header.nitsPerUnit);
  to.f32(header.headroom);
  to.u16(header.tile.core);
  to.u16(header.tile.encoder);
  to.u16(header.tile.decoder);
  to.u16(header.tile.post);
  to.bytes(header.modelDigest);
  to.bytes(Array.from(header.modelId, (character) => character.charCodeAt(0)));
  for (const layer of header.layers) {
    to.u32(layer.bytes);
    to.u32(layer.crc32);
    to.f32(layer.range);
  }
  to.u32(header.gainMap?.bytes ?? 0);
  to.u32(header.gainMap?.crc32 ?? 0);
  writeInverseToneCurve(to, header.inverseToneCurve);
  return to.finish();
}

/** `foreign`: something else follows the base; `cut`: the file ends inside the header box. */
export type HeaderBox =
  'foreign' | 'cut' | { readonly length: number; readonly header: LayeredHeader; readonly base: BaseDigest };

/**
 * Reads what follows the base. At most 64 KiB are looked at, whatever the box claims.
 *
 * @param bytes from the byte after the base's EOI
 * @throws ContainerError `damaged_header`, `invalid_header`, `unsupported_version`
 */
export function readHeaderBox(bytes: Uint8Array): HeaderBox {
  const lead = readLead(bytes);
  if (typeof lead === 'string') return lead;
  const { boxBytes } = lead;
  if (bytes.length < boxBytes) return 'cut';
  const end = boxBytes - CRC_BYTES;
  const stored = new BigEndianReader(bytes.subarray(end, boxBytes), tooShort).u32();
  if (stored !== crc32(bytes.subarray(0, end))) {
    throw new ContainerError('damaged_header', 'The header fails its checksum.');
  }
  const from = new BigEndianReader(bytes.subarray(LEAD_BYTES, end), tooShort);
  const { header, base } = readFields(from);
  if (lead.minorVersion <= MINOR_VERSION && from.remaining > 0) throw invalid('bytes are left over');
  const complaint = headerComplaint(header);
  if (complaint !== null) throw invalid(complaint);
  return { length: boxBytes, header, base };
}

/** Whether a header box of a base that ends here begins at this byte; nothing else of it is checked. */
export function countsBaseUpTo(bytes: Uint8Array, at: number): boolean {
  if (!MAGIC.every((byte, i) => bytes[at + i] === byte)) return false;
  const field = bytes.subarray(at + LEAD_BYTES, at + LEAD_BYTES + 4);
  return field.length === 4 && new BigEndianReader(field, tooShort).u32() === at;
}

function readFields(from: BigEndianReader): { header: LayeredHeader; base: BaseDigest } {
  const base = { length: from.u32(), crc32: from.u32() };
  const width = from.u32();
  const height = from.u32();
  const primaries = from.u8();
  const transfer = from.u8();
  if (transfer !== TRANSFER_PQ) throw invalid(`the transfer function ${transfer} is not ${TRANSFER_PQ}, PQ`);
  const idBytes = from.u8();
  const layerCount = from.u8();
  if (layerCount > MAX_LAYERS) throw invalid(`there are more than ${MAX_LAYERS} layers`);
  const nitsPerUnit = from.f32();
  const headroom = from.f32();
  const tile = { core: from.u16(), encoder: from.u16(), decoder: from.u16(), post: from.u16() };
  const modelDigest = from.bytes(32);
  const modelId = String.fromCharCode(...from.bytes(idBytes));
  const layers = Array.from({ length: layerCount }, (): LayerHeader => ({
    bytes: from.u32(),
    crc32: from.u32(),
    range: from.f32(),
  }));
  const gainMap = readGainMap(from);
  const inverseToneCurve = readInverseToneCurve(from);
  const size = { width, height };
  const scale = { primaries, nitsPerUnit, headroom, inverseToneCurve };
  return { header: { modelId, modelDigest, ...size, ...scale, tile, layers, gainMap }, base };
}

function readGainMap(from: BigEndianReader): LayeredHeader['gainMap'] {
  const gainMap = { bytes: from.u32(), crc32: from.u32() };
  if (gainMap.bytes > 0) return gainMap;
  if (gainMap.crc32 !== 0) throw invalid('a gain map that is absent has a checksum');
  return null;
}

function tooShort(): ContainerError {
  return invalid('the box ends before its fields do');
}

function invalid(what: string): ContainerError {
  return new ContainerError('invalid_header', `The header cannot be right: ${what}.`);
}
