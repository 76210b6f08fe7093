import { typeAt, viewOf } from './boxes.ts';

/** Major and compatible brands of an ISO base media file (ISO/IEC 14496-12, 4.3); as many as a small box holds. */
export function fileBrands(file: Uint8Array): string[] {
  if (file.length < 12 || typeAt(file, 4) !== 'ftyp') return [];
  const length = Math.min(viewOf(file).getUint32(0), file.length, 128);
  const brands: string[] = [];
  // The four bytes after the major brand are its version, and spell no brand.
  for (let at = 8; at + 4 <= length; at += 4) brands.push(typeAt(file, at));
  return brands;
}

/** What cameras call pictures coded in HEVC, alone and in sequences (ISO/IEC 23008-12, annex B). */
export function isHeic(file: Uint8Array): boolean {
  const brands = fileBrands(file);
  return !isAvif(file) && brands.some((brand) => /^(?:he[ivc][cxsm]|mif1|msf1)$/.test(brand));
}

export function isAvif(file: Uint8Array): boolean {
  return fileBrands(file).some((brand) => /^avi[fs]$/.test(brand));
}
