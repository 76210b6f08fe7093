import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { srgbDecode } from '../../../src/codec/srgb.ts';
import { read, readHeader, sniff } from '../../../src/formats/index.ts';

const ID = 'http://ns.adobe.com/xap/1.0/\0';
const xmp = (attributes: string, content = '') =>
  `${ID}<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:Description xmlns:hdrgm="http://ns.adobe.com/hdr-gain-map/1.0/" hdrgm:Version="1.0" ${attributes}>${content}</rdf:Description></x:xmpmeta>`;

function withXmp(jpeg: Uint8Array, text: string): Buffer {
  const head = Buffer.from([0xff, 0xe1, (text.length + 2) >> 8, (text.length + 2) & 255]);
  return Buffer.concat([jpeg.subarray(0, 2), head, Buffer.from(text, 'latin1'), jpeg.subarray(2)]);
}

/** A base of even grey whose map is dark on the left and bright on the right, at half its size. */
async function ultraHdr(metadata: string, orientation?: number): Promise<Uint8Array> {
  const grey = sharp({ create: { width: 64, height: 32, channels: 3, background: '#808080' } });
  const base = await (orientation === undefined ? grey : grey.withMetadata({ orientation }))
    .jpeg()
    .toBuffer();
  const codes = Uint8Array.from({ length: 32 * 16 }, (_, i) => (i % 32 < 16 ? 0 : 255));
  const map = await sharp(codes, { raw: { width: 32, height: 16, channels: 1 } })
    .jpeg({ quality: 100 })
    .toBuffer();
  return Buffer.concat([withXmp(base, xmp('')), withXmp(map, metadata)]);
}
const GREY = srgbDecode(128 / 255);

describe('Ultra HDR', () => {
  it('is HDR: the light of the base times the gain of the map', async () => {
    const bytes = await ultraHdr(
      xmp('hdrgm:GainMapMin="0" hdrgm:GainMapMax="3" hdrgm:OffsetSDR="0" hdrgm:OffsetHDR="0"'),
    );
    expect(sniff(bytes)).toBe('ultrahdr');
    expect(await readHeader(bytes)).toEqual({ kind: 'ultrahdr', width: 64, height: 32 });
    const { data, ...rest } = await read(bytes);
    expect(rest).toEqual({ width: 64, height: 32, hdr: true, primaries: 'bt709', nitsPerUnit: 203 });
    expect(data[0]! / GREY).toBeCloseTo(1, 1);
    expect(data[63 * 3]! / GREY).toBeCloseTo(8, 1);
  });

  it('honours gamma, offsets and channels', async () => {
    const list =
      '<hdrgm:GainMapMax><rdf:Seq><rdf:li>1</rdf:li><rdf:li>2</rdf:li><rdf:li>3</rdf:li></rdf:Seq></hdrgm:GainMapMax>';
    const { data } = await read(
      await ultraHdr(
        xmp('hdrgm:GainMapMin="-1" hdrgm:Gamma="2" hdrgm:OffsetSDR="0.25" hdrgm:OffsetHDR="0.125"', list),
      ),
    );
    expect(data[0]).toBeCloseTo((GREY + 0.25) / 2 - 0.125, 2);
    [2, 4, 8].forEach((gain, c) => {
      expect(data[63 * 3 + c]! / ((GREY + 0.25) * gain - 0.125)).toBeCloseTo(1, 2);
    });
  });

  // As in photographs of Adobe's.
  it('honours offsets of more than white', async () => {
    const metadata = 'hdrgm:GainMapMax="0.75" hdrgm:OffsetSDR="10.308957" hdrgm:OffsetHDR="10.308957"';
    const { data } = await read(await ultraHdr(xmp(metadata)));
    expect(data[0]! / GREY).toBeCloseTo(1, 1);
    expect(data[63 * 3]! / ((GREY + 10.308957) * 2 ** 0.75 - 10.308957)).toBeCloseTo(1, 2);
  });

  it('turns the map with the base', async () => {
    const { data, width, height } = await read(await ultraHdr(xmp('hdrgm:GainMapMax="2"'), 6));
    expect([width, height]).toEqual([32, 64]);
    // Clockwise: what was left is now above.
    expect(data[0]! / GREY).toBeCloseTo(1, 1);
    expect(data[63 * 32 * 3]! / GREY).toBeGreaterThan(3.5);
  });

  it('shows a base that is HDR as it is: its map leads down to SDR', async () => {
    const { data, hdr } = await read(
      await ultraHdr(xmp('hdrgm:GainMapMax="2" hdrgm:BaseRenditionIsHDR="True"')),
    );
    expect(hdr).toBe(true);
    expect(data[0]! / GREY).toBeCloseTo(1, 1);
    expect(data[63 * 3]! / GREY).toBeCloseTo(1, 1);
  });

  it.each([
    [
      'a map that nothing describes',
      async () => {
        const image = sharp({ create: { width: 8, height: 8, channels: 3, background: '#fff' } });
        const jpeg = await image.jpeg().toBuffer();
        return Buffer.concat([withXmp(jpeg, xmp('')), jpeg]);
      },
      'unsupported_feature',
    ],
    ['no number', () => ultraHdr(xmp('hdrgm:GainMapMax="bright"')), 'damaged'],
    ['a gain beyond all light', () => ultraHdr(xmp('hdrgm:GainMapMax="400"')), 'damaged'],
    [
      'an offset beyond all light',
      () => ultraHdr(xmp('hdrgm:GainMapMax="2" hdrgm:OffsetSDR="1e6"')),
      'damaged',
    ],
    ['a gamma of 0', () => ultraHdr(xmp('hdrgm:GainMapMax="2" hdrgm:Gamma="0"')), 'damaged'],
    [
      'a range that is upside down',
      () => ultraHdr(xmp('hdrgm:GainMapMin="2" hdrgm:GainMapMax="1"')),
      'damaged',
    ],
    ['a map cut off', async () => (await ultraHdr(xmp('hdrgm:GainMapMax="2"'))).subarray(0, -20), 'damaged'],
  ])('refuses %s', async (_, make, code) => {
    await expect(make().then((bytes) => read(bytes))).rejects.toMatchObject({ code });
  });
});
