import CRC32 from 'crc-32';

/** CRC-32 of ISO 3309 and PNG (polynomial 0x04C11DB7, reflected), as an unsigned number. */
export function crc32(bytes: Uint8Array): number {
  return CRC32.buf(bytes) >>> 0;
}
