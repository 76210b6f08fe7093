import { describe, expect, it } from 'vitest';
import { pqEncode } from '../../../src/codec/pq.ts';
import { srgbEncode } from '../../../src/codec/srgb.ts';
import { writeAvif } from '../../../src/formats/hdr-out/avif.ts';
import { read } from '../../../src/formats/index.ts';
import { fixture, picture } from './pictures.ts';

/** What the fixtures show: black to white across, the lower half with this alpha where there is one. */
const SIZE = { width: 64, height: 32 };
const ALPHA = 40_000 / 65_535;

/** The file without its colr box: what it is, the bitstream says alone. */
function withoutColours(avif: Uint8Array): Uint8Array {
  const bytes = Buffer.from(avif);
  bytes.write('skip', bytes.indexOf('colrnclx'), 'latin1');
  return bytes;
}

function withRange(avif: Uint8Array, full: boolean): Uint8Array {
  const bytes = Buffer.from(avif);
  const at = bytes.indexOf('colrnclx') + 14;
  bytes[at] = full ? bytes[at]! | 0x80 : bytes[at]! & 0x7f;
  return bytes;
}

/** The largest difference between what is read and the signals that are wanted, by column. */
async function worst(
  avif: Uint8Array,
  wanted: (signal: number, row: number) => number,
  background = 'ffffff',
): Promise<number> {
  const { data, ...rest } = await read(avif, { background });
  expect(rest).toEqual({ ...SIZE, hdr: false, primaries: 'bt709', nitsPerUnit: 203 });
  return data.reduce((most, light, i) => {
    const pixel = Math.floor(i / 3);
    const signal = wanted((pixel % SIZE.width) / (SIZE.width - 1), Math.floor(pixel / SIZE.width));
    return Math.max(most, Math.abs(srgbEncode(light) - signal));
  }, 0);
}

describe('AVIF in grey of limited range', () => {
  it.each([8, 12])('is spread to full range: %i bits', async (bits) => {
    const file = fixture(`grey-limited-${bits}bit.avif`);
    const step = 0.6 / 219 / 2 ** (bits - 8) + 0.5 / 2 ** bits;
    expect(await worst(file, (signal) => signal)).toBeLessThan(step);
    expect(await worst(withoutColours(file), (signal) => signal)).toBeLessThan(step);
  });

  it('is of full range where the file says so around what is coded', async () => {
    const file = withRange(fixture('grey-limited-12bit.avif'), true);
    const asCoded = (signal: number) => ((16 + 219 * signal) * 16) / 4095;
    // SDR of full range is libvips’s to bring to sRGB, of 8 bits.
    expect(await worst(file, asCoded)).toBeLessThan(1 / 255);
  });

  it.each(['ffffff', '000000', '808080'])('lies on the background %s', async (background) => {
    const paper = parseInt(background.slice(0, 2), 16) / 255;
    const over = (signal: number, row: number) =>
      row < SIZE.height / 2 ? signal : ALPHA * signal + (1 - ALPHA) * paper;
    expect(await worst(fixture('grey-limited-10bit-alpha.avif'), over, background)).toBeLessThan(0.005);
  });

  /** Grey is spread here, and given to libheif as of full range; that it goes by this box is why it will never do so, too. */
  it('is given to a libheif that goes by the nclx box', async () => {
    const full = await writeAvif({ ...picture(16, 16, () => 1), nitsPerUnit: 203 });
    const signals = await Promise.all(
      [true, false].map(async (range) => pqEncode(203 * (await read(withRange(full, range))).data[0]!)),
    );
    expect(signals[0]).toBeCloseTo(pqEncode(203), 2);
    expect(signals[1]).toBeCloseTo((pqEncode(203) * (1023 / 4) - 16) / 219, 2);
  });
});
