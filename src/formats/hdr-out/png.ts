import sharp from 'sharp';
import type { HdrPicture } from '../../codec/picture.ts';
import CRC32 from 'crc-32';
import { CICP, pqSamples } from './pq-samples.ts';

const PEAK = 65_535;
/** Signature and IHDR (PNG, third edition, 5.2 and 11.2.1), after which the chunks of colour come. */
const HEAD_BYTES = 8 + 25;
/** Matrix 0: the samples are R G B; full range. */
const [RGB, FULL_RANGE] = [0, 1];
/** Beyond 6, zlib takes twice the time for one percent. */
const COMPRESSION = 6;

/** A PNG of 16 bits in BT.2020 and PQ, which a cICP chunk says (PNG, third edition, 11.3.2.6). */
export async function writePng(picture: HdrPicture): Promise<Uint8Array> {
  const { width, height } = picture;
  const raw = { width, height, channels: 3 } as const;
  const png = await sharp(pqSamples(picture, PEAK, 3), { raw, limitInputPixels: false })
    .toColourspace('rgb16')
    .png({ compressionLevel: COMPRESSION, adaptiveFiltering: true })
    .toBuffer();
  const colour = chunk('cICP', Uint8Array.of(CICP.primaries, CICP.transfer, RGB, FULL_RANGE));
  return Uint8Array.from(Buffer.concat([png.subarray(0, HEAD_BYTES), colour, png.subarray(HEAD_BYTES)]));
}

function chunk(type: string, data: Uint8Array): Buffer {
  const named = Buffer.concat([Buffer.from(type, 'latin1'), data]);
  const whole = Buffer.alloc(8 + named.length);
  whole.writeUInt32BE(data.length);
  named.copy(whole, 4);
  whole.writeInt32BE(CRC32.buf(named), 4 + named.length);
  return whole;
}
