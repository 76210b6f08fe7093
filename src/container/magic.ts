/**
 * AF "GLW" CR LF SUB LF. As in PNG's signature, a byte over 7F shows a 7-bit channel, CR LF and LF show that line ends
 * were converted, and SUB stops a listing on DOS. AF is no FF: the box is never taken for a JPEG marker.
 */
export const MAGIC = Uint8Array.of(0xaf, 0x47, 0x4c, 0x57, 0x0d, 0x0a, 0x1a, 0x0a);

/** Whether a header may be somewhere in these bytes: what is not ours hardly ever has eight bytes like these. */
export function hasMagic(bytes: Uint8Array): boolean {
  const [first] = MAGIC;
  for (let at = bytes.indexOf(first!); at !== -1; at = bytes.indexOf(first!, at + 1)) {
    if (MAGIC.every((byte, i) => bytes[at + i] === byte)) return true;
  }
  return false;
}
