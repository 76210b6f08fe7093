/** Bytes of a representation, or what to answer instead of them. */
export type RangeAnswer =
  | { readonly kind: 'whole' }
  | { readonly kind: 'part'; readonly offset: number; readonly length: number }
  | { readonly kind: 'unsatisfiable' };

/**
 * Reads a `Range` field for a representation of `size` bytes (RFC 9110 §14.1.2). One byte range is served; another unit,
 * a malformed field and several ranges are ignored, as §14.2 allows.
 */
export function parseRange(field: string | null, size: number): RangeAnswer {
  const [, first = '', last = ''] = /^bytes=[ \t]*(\d*)-(\d*)[ \t]*$/i.exec(field ?? '') ?? [];
  if (first === '' && last === '') return { kind: 'whole' };
  if (first === '') {
    const length = Math.min(Number(last), size);
    return length === 0 ? { kind: 'unsatisfiable' } : { kind: 'part', offset: size - length, length };
  }
  const offset = Number(first);
  const end = last === '' ? size : Number(last) + 1;
  if (end <= offset) return last === '' ? { kind: 'unsatisfiable' } : { kind: 'whole' };
  if (offset >= size) return { kind: 'unsatisfiable' };
  return { kind: 'part', offset, length: Math.min(end, size) - offset };
}

/**
 * Whether `If-Range` lets the range apply (RFC 9110 §13.1.5): absent, or the strong entity tag of what would be sent.
 * Dates never do, since no answer carries `Last-Modified`.
 */
export function rangeApplies(ifRange: string | null, etag: string): boolean {
  return ifRange === null || ifRange.trim() === etag;
}

/** `Content-Range` of a 206 (RFC 9110 §14.4). */
export function contentRange(offset: number, length: number, size: number): string {
  return `bytes ${offset}-${offset + length - 1}/${size}`;
}
