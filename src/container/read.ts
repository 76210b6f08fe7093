import { findAnnouncement } from './announcement.ts';
import { crc32 } from './crc32.ts';
import { ContainerError } from './errors.ts';
import { countsBaseUpTo, readHeaderBox } from './header-box.ts';
import { findEndOfImage, inspectJpeg } from './jpeg-frame.ts';
import {
  partBytes,
  partEnd,
  type CuttablePart,
  type LayeredHeader,
  type LayeredLayout,
  type Layout,
} from './layout.ts';
import { MAGIC } from './magic.ts';
import { jpegOrientation } from './orientation.ts';

/**
 * Finds the parts of a file, or of any prefix of one that reaches the base's end. It answers a layout or throws a
 * ContainerError for any bytes whatever, in time linear in them; checksums of the base and the layers are checked
 * where those are read.
 *
 * @throws ContainerError `not_jpeg`, `truncated_jpeg`, `invalid_jpeg`, `unsupported_jpeg`, `damaged_header`,
 *   `invalid_header`, `unsupported_version`, `base_mismatch`
 */
export function readLayout(bytes: Uint8Array): Layout {
  const { end, width, height } = inspectJpeg(bytes);
  const base = { offset: 0, length: end };
  const size = { width, height, orientation: jpegOrientation(bytes) };
  const rest = bytes.subarray(end);
  const box = rest.length === 0 ? 'foreign' : readHeaderBox(rest);
  if (box === 'foreign') {
    refuseMovedEnd(bytes, end);
    return { kind: 'sdr', base, ...size, truncatedHeader: false, trailing: rest.length };
  }
  if (box === 'cut') return { kind: 'sdr', base, ...size, truncatedHeader: true, trailing: 0 };
  const { header } = box;
  if (box.base.length !== end) {
    throw new ContainerError(
      'base_mismatch',
      `The header is of a base of ${box.base.length} bytes, not ${end}.`,
    );
  }
  if (header.width !== width || header.height !== height) {
    throw new ContainerError(
      'base_mismatch',
      `The header says ${header.width} × ${header.height}, the base is ${width} × ${height}.`,
    );
  }
  const headerBox = { offset: end, length: box.length };
  return {
    kind: 'layered',
    base: { ...base, crc32: box.base.crc32 },
    orientation: size.orientation,
    headerBox,
    ...parts(header, headerBox, bytes),
  };
}

/**
 * Damage may put an EOI into the base, or take its own away so that one is found among the layers. A header box that
 * counts its base up to itself shows it.
 */
function refuseMovedEnd(bytes: Uint8Array, end: number): void {
  for (let at = 0; at < bytes.length; at++) {
    if (bytes[at] === MAGIC[0] && bytes[at + 1] === MAGIC[1] && countsBaseUpTo(bytes, at)) {
      throw new ContainerError('base_mismatch', `The base ends at byte ${end}, its header is at byte ${at}.`);
    }
  }
}

function parts(header: LayeredHeader, headerBox: { offset: number; length: number }, bytes: Uint8Array) {
  let at = partEnd(headerBox);
  const next = (length: number): CuttablePart => {
    const part = { offset: at, length, complete: at + length <= bytes.length };
    at += length;
    return part;
  };
  const layers = header.layers.map((layer) => next(layer.bytes));
  const map = header.gainMap === null ? null : next(header.gainMap.bytes);
  const announcement = map?.complete === true ? findAnnouncement(bytes, map) : { at: 0, length: 0 };
  const gainMap = map && { ...map, announcement };
  return { header, layers, gainMap, trailing: Math.max(0, bytes.length - at) };
}

/** The base JPEG of any file, with nothing after its EOI (a view, no copy). Throws what `findEndOfImage` throws. */
export function stripToBase(bytes: Uint8Array): Uint8Array {
  return partBytes(bytes, { offset: 0, length: findEndOfImage(bytes) });
}

/** The base of a layered file as the layers were made for (a view). Throws ContainerError `damaged_base`. */
export function readBase(bytes: Uint8Array, layout: LayeredLayout): Uint8Array {
  const base = partBytes(bytes, layout.base);
  if (base.length !== layout.base.length || crc32(base) !== layout.base.crc32) {
    throw new ContainerError(
      'damaged_base',
      'The base JPEG fails its checksum: the layers do not belong to it.',
    );
  }
  return base;
}

/**
 * The bytes of layer k, counted from 0 (a view).
 *
 * @throws ContainerError `no_such_layer`, `truncated_layer`, `damaged_layer`
 */
export function readLayer(bytes: Uint8Array, layout: Layout, k: number): Uint8Array {
  const part = layout.kind === 'layered' ? layout.layers[k] : undefined;
  if (layout.kind === 'sdr' || part === undefined) throw noSuchLayer(k);
  const data = partBytes(bytes, part);
  checkLayer(layout.header, k, data);
  return data;
}

/** Checks the bytes of layer k, wherever they came from. Throws what `readLayer` throws. */
export function checkLayer(header: LayeredHeader, k: number, data: Uint8Array): void {
  const layer = header.layers[k];
  if (layer === undefined) throw noSuchLayer(k);
  if (data.length !== layer.bytes) {
    throw new ContainerError('truncated_layer', `Layer ${k} has ${data.length} of its ${layer.bytes} bytes.`);
  }
  if (crc32(data) !== layer.crc32) {
    throw new ContainerError('damaged_layer', `Layer ${k} fails its checksum.`);
  }
}

/**
 * The bytes of the gain-map part (a view).
 *
 * @throws ContainerError `no_gain_map`, `truncated_gain_map`, `damaged_gain_map`
 */
export function readGainMap(bytes: Uint8Array, layout: Layout): Uint8Array {
  if (layout.kind === 'sdr' || layout.gainMap === null || layout.header.gainMap === null) {
    throw new ContainerError('no_gain_map', 'The file has no gain-map part.');
  }
  const data = partBytes(bytes, layout.gainMap);
  if (data.length !== layout.gainMap.length) {
    throw new ContainerError('truncated_gain_map', 'The file is cut before the end of its gain-map part.');
  }
  if (crc32(data) !== layout.header.gainMap.crc32) {
    throw new ContainerError('damaged_gain_map', 'The gain-map part fails its checksum.');
  }
  return data;
}

function noSuchLayer(k: number): ContainerError {
  return new ContainerError('no_such_layer', `The file has no layer ${k}.`);
}
