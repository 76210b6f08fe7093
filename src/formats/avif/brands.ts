import { typeAt, viewOf } from './boxes.ts';

const MAJOR_BRAND = 8;

/** Major and compatible brands of an ISO base media file (ISO/IEC 14496-12, 4.3); as many as a small box holds. */
export function fileBrands(file: Uint8Array): string[] {
  if (file.length < 12 || typeAt(file, 4) !== 'ftyp') return [];
  const length = Math.min(viewOf(file).getUint32(0), file.length, 128);
  const brands: string[] = [];
  // The four bytes after the major brand are its version, and spell no brand.
  for (let at = 8; at + 4 <= length; at += 4) brands.push(typeAt(file, at));
  return brands;
}

/** Pictures and sequences of the same boxes in any other coding: HEVC as in cameras, AVC, VVC, JPEG, … (ISO/IEC 23008-12). */
export function isHeif(file: Uint8Array): boolean {
  const brands = fileBrands(file);
  return !isAvif(file) && brands.some((brand) => /^(?:he[ivc][cxsm]|mif[123]|msf1|unif)$/.test(brand));
}

export function isAvif(file: Uint8Array): boolean {
  return fileBrands(file).some((brand) => /^avi[fs]$/.test(brand));
}

/** The file as one that libvips takes: it looks at the major brand alone, and knows none of sequences, whose still picture it reads. */
export function asStill(file: Uint8Array): Uint8Array {
  const brand = typeAt(file, MAJOR_BRAND);
  if (brand === 'avif' || brand === 'mif1') return file;
  const copy = Uint8Array.from(file);
  copy.set(new TextEncoder().encode('avif'), MAJOR_BRAND);
  return copy;
}
