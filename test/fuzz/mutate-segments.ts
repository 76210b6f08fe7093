import { ContainerError, jpegSegments, MARKER } from '../../src/container/index.ts';
import { mutate } from './mutate.ts';

/** What the editors look for; bytes alone hardly ever make one of these. */
const WORDS = [
  ' photoshop:City="',
  '<exif:GPSLatitude>',
  '</exif:GPSLatitude>',
  " hdrgm:Version='1.0'",
  '<Container:Directory>',
  '<Container:Directory/>',
  ' xmlns:hdrgm="',
  ' xmpNote:HasExtendedXMP="',
  '<dc:rights>',
  '<rdf:li>',
  '&amp;',
  '\u001c\u0002\u005a\0\u0004City',
  '8BIM\u0004\u0004\0\0\0\0\0\u0009',
  '\u0088\u0025\0\u0004\0\0\0\u0001\0\0\0\u0008',
];
const MOST_BODY = 65_533;

/**
 * A JPEG one of whose APPn segments has been changed and is whole: mutated, with a word put in, a piece of it said very often, one
 * segment moved or doubled. What has no such segment is mutated as bytes.
 */
export function mutateSegments(source: Uint8Array, random: (below: number) => number): Uint8Array {
  const found = applicationSegments(source);
  if (found.length === 0) return mutate(source, random);
  const { offset, end } = found[random(found.length)]!;
  const to = found[random(found.length)]!.offset;
  const whole = source.subarray(offset, end);
  switch (random(6)) {
    case 0:
      return Buffer.concat([source.subarray(0, to), whole, source.subarray(to)]);
    case 1: {
      const others = Buffer.concat([source.subarray(0, offset), source.subarray(end)]);
      const at = to > offset ? to - whole.length : to;
      return Buffer.concat([others.subarray(0, at), whole, others.subarray(at)]);
    }
    default: {
      const body = mutatedBody(whole.subarray(4), random).subarray(0, MOST_BODY);
      const length = body.length + 2;
      const head = Buffer.of(0xff, whole[1]!, length >> 8, length & 255);
      return Buffer.concat([source.subarray(0, offset), head, body, source.subarray(end)]);
    }
  }
}

function mutatedBody(body: Uint8Array, random: (below: number) => number): Uint8Array {
  const at = random(body.length + 1);
  const put = (piece: Uint8Array): Buffer => Buffer.concat([body.subarray(0, at), piece, body.subarray(at)]);
  const word = Buffer.from(WORDS[random(WORDS.length)]!, 'latin1');
  switch (random(4)) {
    case 0:
      return mutate(body, random);
    case 1:
      return put(word);
    default: {
      // What takes time out of proportion shows where it is long.
      const own = body.subarray(at, at + 1 + random(random(2) ? 3 : 40));
      const piece = random(2) ? word : own;
      const times = random(8) ? random(16) : random(Math.floor(MOST_BODY / (piece.length + 1)));
      return put(Buffer.concat(Array.from({ length: times }, () => piece)));
    }
  }
}

function applicationSegments(bytes: Uint8Array): { offset: number; end: number }[] {
  const found: { offset: number; end: number }[] = [];
  try {
    for (const { marker, offset, end } of jpegSegments(bytes)) {
      if (marker === MARKER.SOS) break;
      if (marker >= 0xe0 && marker <= 0xef) found.push({ offset, end });
    }
  } catch (error) {
    if (!(error instanceof ContainerError)) throw error;
  }
  return found;
}
