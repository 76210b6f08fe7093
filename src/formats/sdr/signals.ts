import { ContainerError, jpegSegments, MARKER, readLayout } from '../../container/index.ts';

// How files of SDR formats say that they are HDR pictures after all. None of these functions throws, whatever the bytes.

/** Transfer characteristics of ITU-T H.273, table 3: PQ and HLG. */
const HDR_TRANSFERS = [16, 18];
/** APPn segments of a JPEG that announce a gain map: Adobe's XMP namespace, and ISO 21496-1's (annex C). */
const GAIN_MAP_SIGNS = ['http://ns.adobe.com/hdr-gain-map/1.0/', 'urn:iso:std:iso:ts:21496:-1'];

export function hasGainMap(jpeg: Uint8Array): boolean {
  try {
    for (const { marker, data } of jpegSegments(jpeg)) {
      if (marker === MARKER.SOS) return false;
      if (marker < 0xe0 || marker > 0xef) continue;
      const text = latin1(jpeg, data.offset, data.offset + data.length);
      if (GAIN_MAP_SIGNS.some((sign) => text.includes(sign))) return true;
    }
  } catch (error) {
    if (!(error instanceof ContainerError)) throw error;
  }
  return false;
}

/** Whether a JPEG has our header after its end, whole or not. */
export function isLayered(jpeg: Uint8Array): boolean {
  try {
    const layout = readLayout(jpeg);
    return layout.kind === 'layered' || layout.truncatedHeader;
  } catch (error) {
    if (!(error instanceof ContainerError)) throw error;
    return false;
  }
}

/** By its cICP chunk (PNG, third edition, 11.3.2.6), or by the name of the profile that meant PQ before there was one. */
export function pngIsHdr(png: Uint8Array): boolean {
  const view = new DataView(png.buffer, png.byteOffset, png.byteLength);
  for (let at = 8; at + 8 <= png.length;) {
    const length = view.getUint32(at);
    const type = latin1(png, at + 4, at + 8);
    const data = at + 8;
    // Colour chunks come before the pixels.
    if (type === 'IDAT') return false;
    if (type === 'cICP') return HDR_TRANSFERS.includes(png[data + 1] ?? 0);
    if (type === 'iCCP' && latin1(png, data, data + 17) === 'ITUR_2100_PQ_FULL') return true;
    at = data + length + 4;
  }
  return false;
}

/** By a colr box of type nclx (ISO/IEC 14496-12, 12.1.5) among the item properties. */
export function avifIsHdr(avif: Uint8Array): boolean {
  const view = new DataView(avif.buffer, avif.byteOffset, avif.byteLength);
  for (let at = 0; at + 8 <= avif.length;) {
    const length = view.getUint32(at);
    if (length < 8) return false;
    if (latin1(avif, at + 4, at + 8) === 'meta') {
      const meta = latin1(avif, at, at + length);
      for (let box = meta.indexOf('colrnclx'); box >= 0; box = meta.indexOf('colrnclx', box + 1)) {
        // colour_primaries and transfer_characteristics, in 16 bits each.
        if (avif[at + box + 10] === 0 && HDR_TRANSFERS.includes(avif[at + box + 11] ?? 0)) return true;
      }
      return false;
    }
    at += length;
  }
  return false;
}

/** Major and compatible brands of an ISO base media file (ISO/IEC 14496-12, 4.3); as many as a small box holds. */
export function avifBrands(file: Uint8Array): string[] {
  if (file.length < 12) return [];
  const length = Math.min(new DataView(file.buffer, file.byteOffset).getUint32(0), file.length, 128);
  const brands: string[] = [];
  // The four bytes after the major brand are its version, and spell no brand.
  for (let at = 8; at + 4 <= length; at += 4) brands.push(latin1(file, at, at + 4));
  return brands;
}

/** Bytes as text of which only ASCII is looked at. */
function latin1(bytes: Uint8Array, from: number, to: number): string {
  return new TextDecoder('latin1').decode(bytes.subarray(from, to));
}
