import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { probe, probeFile, PROBE_BYTES, read } from '../../../src/formats/index.ts';
import { multiPictureSegment } from '../../../src/gain-map/multi-picture.ts';
import {
  appleExif,
  EVEN_GAINS,
  gainMapAvif,
  isoMetadata,
  segment,
  SIZE,
  withSegments,
} from './gain-map-files.ts';

const ISO = 'urn:iso:std:iso:ts:21496:-1\0';
const XMP = 'http://ns.adobe.com/xap/1.0/\0';
const plain = () =>
  sharp({ create: { ...SIZE, channels: 3, background: '#808080' } })
    .jpeg()
    .toBuffer();

/** Noise, which takes more than 64 kB, and its map behind it. @param off what the index is wrong by */
async function longBase(first: readonly Uint8Array[], map: readonly Uint8Array[], off = 0) {
  const noise = Buffer.from(Uint8Array.from({ length: 200 * 200 * 3 }, (_, i) => (i * i * 7919) >> 5));
  const bare = await sharp(noise, { raw: { width: 200, height: 200, channels: 3 } })
    .jpeg({ quality: 100, chromaSubsampling: '4:4:4' })
    .toBuffer();
  const before = withSegments(bare, ...first);
  const indexBytes = multiPictureSegment(0, 0, 2).length;
  const baseBytes = before.length + indexBytes;
  const mapJpeg = withSegments(await plain(), ...map);
  const index = multiPictureSegment(baseBytes + off, mapJpeg.length, 2);
  return Buffer.concat([withSegments(before, index), mapJpeg]);
}

/** Reads as from a file, and counts. */
function reader(bytes: Uint8Array) {
  const counted = { reads: 0, bytes: 0 };
  const readPiece = (offset: number, length: number): Promise<Uint8Array> => {
    const piece = bytes.subarray(offset, offset + length);
    counted.reads += 1;
    counted.bytes += piece.length;
    return Promise.resolve(piece);
  };
  return { readPiece, counted };
}

describe('a gain map behind the first 64 kB', () => {
  const announced = segment(0xe2, ISO, new Uint8Array(4));
  const described = segment(0xe2, ISO, isoMetadata(EVEN_GAINS));

  it('is looked at where the Multi-Picture index says', async () => {
    const bytes = await longBase([announced], [described]);
    const early = probe(bytes.subarray(0, PROBE_BYTES));
    expect(early).toMatchObject({ kind: 'ultrahdr', width: 200, height: 200, hdr: true, headroom: null });
    expect(early.elsewhere).toHaveLength(1);
    const { readPiece, counted } = reader(bytes);
    const found = await probeFile(readPiece);
    expect(found).toEqual({ kind: 'ultrahdr', width: 200, height: 200, hdr: true, headroom: 3 });
    expect(found).toEqual(probe(bytes));
    expect(counted.reads).toBe(2);
    expect(counted.bytes).toBeLessThanOrEqual(2 * PROBE_BYTES);
  });

  it('is found where the index is of before a segment was put in', async () => {
    const bytes = await longBase([announced], [described], 927);
    expect((await probeFile(reader(bytes).readPiece)).headroom).toBe(3);
  });

  it('says other than the camera’s notes where it is Apple’s and of the newer kind', async () => {
    const xmp =
      '<x><HDRGainMap:HDRGainMapVersion>131072</HDRGainMap:HDRGainMapVersion>' +
      '<HDRGainMap:HDRGainMapHeadroom>4</HDRGainMap:HDRGainMapHeadroom></x>';
    const bytes = await longBase(
      [segment(0xe1, 'Exif\0\0', appleExif(1.2, 0.5))],
      [segment(0xe1, XMP, Buffer.from(xmp))],
    );
    expect(probe(bytes.subarray(0, PROBE_BYTES)).headroom).toBeCloseTo(2.1515, 3);
    expect((await probeFile(reader(bytes).readPiece)).headroom).toBe(2);
  });

  it('leaves the headroom unsaid where nothing is found, after few looks', async () => {
    const bytes = await longBase([announced], [], 0);
    const { readPiece, counted } = reader(bytes);
    expect(await probeFile(readPiece)).toMatchObject({ hdr: true, headroom: null });
    expect(counted.reads).toBe(2);
  });

  it('is refused as in the whole file where its metadata cannot be', async () => {
    const gamma = EVEN_GAINS.channels[0]!.with(2, [0, 1]);
    const bytes = await longBase(
      [announced],
      [segment(0xe2, ISO, isoMetadata({ ...EVEN_GAINS, channels: [gamma] }))],
    );
    await expect(probeFile(reader(bytes).readPiece)).rejects.toMatchObject({ code: 'damaged' });
  });

  it('of an AVIF is described where its boxes say', async () => {
    const bytes = await gainMapAvif(EVEN_GAINS, 100_000);
    expect(probe(bytes.subarray(0, PROBE_BYTES))).toMatchObject({ kind: 'avif', hdr: true, headroom: null });
    const { readPiece, counted } = reader(bytes);
    expect(await probeFile(readPiece)).toEqual({ kind: 'avif', ...SIZE, hdr: true, headroom: 3 });
    expect(counted.reads).toBe(2);
  });
});

describe('a header of more than 64 kB', () => {
  const manifest = (pieces: number) =>
    Array.from({ length: pieces }, () => segment(0xeb, 'JP', new Uint8Array(65_000)));

  it('is read on, up to the frame', async () => {
    const bytes = withSegments(await plain(), ...manifest(5));
    expect(() => probe(bytes.subarray(0, PROBE_BYTES))).toThrow('does not say its size');
    const { readPiece, counted } = reader(bytes);
    expect(await probeFile(readPiece)).toEqual({ kind: 'jpeg', ...SIZE, hdr: false, headroom: null });
    expect(counted.reads).toBe(4);
  });

  it('may say behind its 64 kB that the picture is HDR, though Exif has said the size', async () => {
    const exif = await sharp({ create: { ...SIZE, channels: 3, background: '#808080' } })
      .withExif({ IFD2: { PixelXDimension: '64', PixelYDimension: '32' } })
      .jpeg()
      .toBuffer();
    const xmp = segment(0xe1, XMP, Buffer.from('<x xmlns:hdrgm="http://ns.adobe.com/hdr-gain-map/1.0/"/>'));
    const end = exif.indexOf(Buffer.from('ffdb', 'hex'));
    const map = withSegments(await plain(), segment(0xe2, ISO, isoMetadata(EVEN_GAINS)));
    const bytes = Buffer.concat([exif.subarray(0, end), ...manifest(2), xmp, exif.subarray(end), map]);
    expect(probe(bytes.subarray(0, PROBE_BYTES))).toMatchObject({ kind: 'jpeg', ...SIZE, cut: true });
    expect(await probeFile(reader(bytes).readPiece)).toEqual({
      kind: 'ultrahdr',
      ...SIZE,
      hdr: true,
      headroom: 3,
    });
  });

  it('is given up where it has no end', async () => {
    const { readPiece, counted } = reader(withSegments(await plain(), ...manifest(150)));
    await expect(probeFile(readPiece)).rejects.toMatchObject({ code: 'damaged' });
    expect(counted.reads).toBeLessThan(10);
    expect(counted.bytes).toBeLessThanOrEqual(4 * 2 ** 20);
  });

  it('that is damaged and short is read once', async () => {
    const { readPiece, counted } = reader((await plain()).subarray(0, 100));
    await expect(probeFile(readPiece)).rejects.toMatchObject({ code: 'damaged' });
    expect(counted.reads).toBe(2);
  });
});

describe('a profile of PQ makes it HDR', () => {
  it.each(['jpeg', 'webp'] as const)('%s, to the probe as to the reader', async (kind) => {
    const profile = await pqProfile();
    const coded = await sharp({ create: { ...SIZE, channels: 3, background: '#808080' } })
      .toFormat(kind)
      .toBuffer();
    const bytes =
      kind === 'jpeg'
        ? withSegments(
            coded,
            segment(0xe2, 'ICC_PROFILE\0\x02\x02', profile.subarray(200)),
            segment(0xe2, 'ICC_PROFILE\0\x01\x02', profile.subarray(0, 200)),
          )
        : extended(coded, profile);
    expect(probe(bytes)).toEqual({ kind, ...SIZE, hdr: true, headroom: null });
    expect(await read(bytes)).toMatchObject({ ...SIZE, hdr: true });
  });
});

/** Display P3's, with the codes of PQ in place of its copyright. */
async function pqProfile(): Promise<Buffer> {
  const { icc } = await sharp(
    await sharp(await plain())
      .withIccProfile('p3')
      .jpeg()
      .toBuffer(),
  ).metadata();
  const profile = Buffer.from(icc!);
  const entry = profile.indexOf('cprt', 128);
  profile.write('cicp', entry);
  const at = profile.readUInt32BE(entry + 4);
  profile.set([...Buffer.from('cicp'), 0, 0, 0, 0, 12, 16, 0, 1], at);
  return profile;
}

/** A WebP with a profile (RFC 9649, 2.7). */
function extended(webp: Buffer, profile: Buffer): Buffer {
  const chunk = (name: string, data: Uint8Array): Buffer => {
    const length = Buffer.alloc(4);
    length.writeUInt32LE(data.length);
    return Buffer.concat([Buffer.from(name), length, data, Buffer.alloc(data.length % 2)]);
  };
  const header = Uint8Array.of(0x20, 0, 0, 0, SIZE.width - 1, 0, 0, SIZE.height - 1, 0, 0);
  const chunks = [Buffer.from('WEBP'), chunk('VP8X', header), chunk('ICCP', profile), webp.subarray(12)];
  return chunk('RIFF', Buffer.concat(chunks));
}
