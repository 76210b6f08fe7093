const APP = 0xe0;
/** The length of a segment counts its own two bytes and fits into 16 bits (T.81, B.1.1.4). */
const MOST_BYTES = 65_533;

/** A marker segment APPn, which begins with the name of what it holds. @throws RangeError where that is too long for one */
export function appSegment(n: number, name: string, data: Uint8Array): Uint8Array {
  const length = name.length + data.length;
  if (length > MOST_BYTES) throw new RangeError(`A segment cannot hold ${length} bytes.`);
  const head = [0xff, APP + n, (length + 2) >> 8, (length + 2) & 0xff];
  return joined([Uint8Array.of(...head), latin1(name), data]);
}

/** Segments put into a JPEG right after its SOI; the JPEG must have no JFIF segment that has to come first. */
export function withSegments(jpeg: Uint8Array, at: number, segments: readonly Uint8Array[]): Uint8Array {
  return joined([jpeg.subarray(0, at), ...segments, jpeg.subarray(at)]);
}

export function joined(parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

export function latin1(text: string): Uint8Array {
  return Uint8Array.from(text, (character) => character.charCodeAt(0));
}
