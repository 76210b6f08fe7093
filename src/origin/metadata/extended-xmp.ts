import { createHash } from 'node:crypto';
import { EXTENDED_XMP, MOST_BYTES } from './app-segments.ts';
import { isEmpty, namesLocation, withoutGainMap, withoutLocation } from './xmp.ts';
import { bytesOfText, editableText } from './xmp-text.ts';

// A packet of more than one segment's bytes goes on in further ones (XMP, part 3, 1.1.3.1): each has the packet's MD5 in 32 hexadecimal
// digits, its length and the portion's offset in 32 bits each, and the portion. The first packet names the MD5.

const [DIGEST_BYTES, LEAST] = [32, 32 + 4 + 4];
/** Time is in proportion to it. Of what is longer it is asked alone whether it names a place. */
const MOST_EDITED = 4 * 2 ** 20;

export interface ExtensionEdit {
  /** Whether a place was taken out. */
  readonly place: boolean;
  /** The MD5 of the packet that comes in its place; null for none. */
  readonly digest: string | null;
  /** Bodies of its segments. */
  readonly bodies: readonly Uint8Array[];
}

/** Which packet a segment's body is a portion of. */
export function digestOf(body: Uint8Array): string {
  const at = EXTENDED_XMP.length;
  return Buffer.from(body.subarray(at, at + DIGEST_BYTES))
    .toString('latin1')
    .toUpperCase();
}

interface Keep {
  readonly keepLocation: boolean;
  readonly keepGainMap: boolean;
}

/**
 * A packet of many portions, edited. One that lacks portions, has them twice, or is too long to be edited goes altogether if it names
 * a place, and if it is to lose places. `null` for what stays.
 *
 * @param bodies of its segments, name and all
 */
export function editedExtension(
  bodies: readonly Uint8Array[],
  { keepLocation, keepGainMap }: Keep,
): ExtensionEdit | null {
  const portions = bodies
    .filter(({ length }) => length >= EXTENDED_XMP.length + LEAST)
    .map((body) => portionOf(body))
    .sort((a, b) => a.offset - b.offset);
  const data = Buffer.concat(portions.map((portion) => portion.data));
  let end = 0;
  const whole = portions.every(({ offset, full, data: { length } }) => {
    const follows = offset === end && full === data.length;
    end += length;
    return follows;
  });
  if (!whole || portions.length < bodies.length || data.length > MOST_EDITED)
    return !keepLocation && namesLocation(editableText(data)) ? { ...NOTHING, place: true } : null;
  const text = editableText(data);
  const plain = keepGainMap ? text : withoutGainMap(text);
  const left = keepLocation ? plain : withoutLocation(plain);
  if (left === text) return null;
  const place = left !== plain;
  return isEmpty(left) ? { ...NOTHING, place } : { ...inPortions(bytesOfText(left, data)), place };
}

const NOTHING = { digest: null, bodies: [] } as const;

function portionOf(body: Uint8Array): { full: number; offset: number; data: Uint8Array } {
  const view = new DataView(body.buffer, body.byteOffset + EXTENDED_XMP.length + DIGEST_BYTES);
  return {
    full: view.getUint32(0),
    offset: view.getUint32(4),
    data: body.subarray(EXTENDED_XMP.length + LEAST),
  };
}

function inPortions(packet: Buffer): Omit<ExtensionEdit, 'place'> {
  const digest = createHash('md5').update(packet).digest('hex').toUpperCase();
  const most = MOST_BYTES - EXTENDED_XMP.length - LEAST;
  const bodies = Array.from({ length: Math.ceil(packet.length / most) }, (_, i) => {
    const numbers = Buffer.alloc(8);
    numbers.writeUInt32BE(packet.length, 0);
    numbers.writeUInt32BE(i * most, 4);
    const head = Buffer.from(EXTENDED_XMP + digest, 'latin1');
    return Buffer.concat([head, numbers, packet.subarray(i * most, (i + 1) * most)]);
  });
  return { digest, bodies };
}
