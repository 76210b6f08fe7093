/** How the bytes of a packet are written. */
type Encoding = 'utf16be' | 'utf16le' | 'bytes';

/**
 * The text of a packet as its editors see it. XMP of JPEGs should be UTF-8, of which every byte is a character here, since what is looked
 * for is ASCII and all else has to stay as it is; old writers' is UTF-16 all the same.
 */
export function editableText(bytes: Uint8Array): string {
  const encoding = encodingOf(bytes);
  if (encoding === 'bytes') return Buffer.from(bytes).toString('latin1');
  return Buffer.from(even(bytes, encoding)).toString('utf16le');
}

/** An edited text in bytes as those that it was read from: never more of them than its characters had there. */
export function bytesOfText(text: string, before: Uint8Array): Buffer {
  const encoding = encodingOf(before);
  if (encoding === 'bytes') return Buffer.from(text, 'latin1');
  return even(Buffer.from(text, 'utf16le'), encoding);
}

/** The text of a packet to be read. */
export function readableText(bytes: Uint8Array): string {
  return encodingOf(bytes) === 'bytes' ? new TextDecoder().decode(bytes) : editableText(bytes);
}

function encodingOf(bytes: Uint8Array): Encoding {
  const start = ((bytes[0] ?? 0) << 8) | (bytes[1] ?? 0);
  if (start === 0x003c || start === 0xfeff) return 'utf16be';
  return start === 0x3c00 || start === 0xfffe ? 'utf16le' : 'bytes';
}

/** Whole characters, the lower byte first if it was not or the higher one if it was. */
function even(bytes: Uint8Array, encoding: Encoding): Buffer {
  const whole = Buffer.from(bytes.subarray(0, bytes.length & ~1));
  return encoding === 'utf16be' ? whole.swap16() : whole;
}
