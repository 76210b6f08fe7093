import { BigEndianReader, BigEndianWriter } from './big-endian.ts';
import { crc32 } from './crc32.ts';
import { ContainerError } from './errors.ts';
import { MAGIC } from './magic.ts';

/** Readers know this version; what follows the lead may differ in another. */
export const VERSION = 1;
/** A minor version adds fields behind those that are known, which a reader then steps over. */
export const MINOR_VERSION = 0;
/** Magic, version, minor version, length of the box, CRC-32 of these. */
export const LEAD_BYTES = 16;

/** `foreign`: not ours; `cut`: the file ends inside our lead. */
export type Lead = 'foreign' | 'cut' | { readonly minorVersion: number; readonly boxBytes: number };

export function writeLead(to: BigEndianWriter, boxBytes: number): void {
  const lead = new BigEndianWriter(LEAD_BYTES);
  lead.bytes(MAGIC);
  lead.u8(VERSION);
  lead.u8(MINOR_VERSION);
  lead.u16(boxBytes);
  lead.u32(crc32(lead.finish()));
  to.bytes(lead.finish());
}

/**
 * Looks at what follows a base. The lead has a CRC-32 of its own, so that a damaged length is not mistaken for a cut.
 *
 * @throws ContainerError `damaged_header`, `unsupported_version`, `invalid_header`
 */
export function readLead(bytes: Uint8Array): Lead {
  const matching = MAGIC.reduce((count, byte, i) => count + (bytes[i] === byte ? 1 : 0), 0);
  if (bytes.length < MAGIC.length) return matching === bytes.length ? 'cut' : 'foreign';
  if (matching < MAGIC.length) {
    // PNG's signature agrees in the four bytes of line ends, so five must agree, or the four that are a name.
    const named = MAGIC.subarray(0, 4).every((byte, i) => bytes[i] === byte);
    if (!named && matching < 5) return 'foreign';
    throw new ContainerError('damaged_header', "The header's magic is damaged: was the file sent as text?");
  }
  if (bytes.length < LEAD_BYTES) return 'cut';
  const from = new BigEndianReader(bytes.subarray(MAGIC.length, LEAD_BYTES), () => new RangeError());
  const version = from.u8();
  const minorVersion = from.u8();
  const boxBytes = from.u16();
  if (from.u32() !== crc32(bytes.subarray(0, LEAD_BYTES - 4))) {
    throw new ContainerError('damaged_header', "The header's first bytes fail their checksum.");
  }
  if (version !== VERSION) {
    throw new ContainerError(
      'unsupported_version',
      `The header is of version ${version}; ${VERSION} is known.`,
    );
  }
  if (boxBytes < LEAD_BYTES + 4)
    throw new ContainerError('invalid_header', 'The header claims to be too short.');
  return { minorVersion, boxBytes };
}
