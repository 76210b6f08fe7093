import { deflateSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { inflate } from '../../../src/formats/exr/inflate.ts';
import { FormatError, read, sniff, write } from '../../../src/formats/index.ts';
import { fuzzFormatParsers, fuzzFormats } from '../../fuzz/formats.ts';
import { buildExr } from './exr-builder.ts';
import { fixture, picture, threeExr } from './pictures.ts';

const channels = ['B', 'G', 'R'].map((name) => ({ name, type: 'float' as const, sample: () => 1 }));
const codeOf = async (bytes: Uint8Array, limits = {}): Promise<string> =>
  read(bytes, limits).then(
    () => 'read',
    (error: unknown) => (error instanceof FormatError ? error.code : `not named: ${String(error)}`),
  );
const window = (width: number, height: number) => ({ xMin: 0, yMin: 0, xMax: width - 1, yMax: height - 1 });

describe('hostile files', () => {
  it('refuses no bytes and random bytes', async () => {
    expect(await codeOf(new Uint8Array(0))).toBe('empty');
    const random = Uint8Array.from({ length: 4096 }, (_, i) => (i * 2654435761) >>> 13);
    expect(await codeOf(random)).toBe('unsupported_format');
    expect(sniff(random)).toBeNull();
    expect(await codeOf(Uint8Array.of(0x76, 0x2f))).toBe('unsupported_format');
  });

  it.each([
    ['OpenEXR data window', buildExr({ channels, dataWindow: window(100_000, 100_000), headerOnly: true })],
    [
      'OpenEXR display window',
      buildExr({
        channels,
        dataWindow: window(1, 1),
        displayWindow: window(100_000, 100_000),
        headerOnly: true,
      }),
    ],
    [
      'OpenEXR window from end to end of int32',
      buildExr({
        channels,
        dataWindow: { xMin: -(2 ** 31), yMin: -(2 ** 31), xMax: 2 ** 31 - 1, yMax: 2 ** 31 - 1 },
        headerOnly: true,
      }),
    ],
    ['Radiance', Buffer.from('#?RADIANCE\nFORMAT=32-bit_rle_rgbe\n\n-Y 100000 +X 100000\n')],
    ['Radiance beyond all numbers', Buffer.from(`#?RADIANCE\n\n-Y ${'9'.repeat(400)} +X 1\n`)],
    ['PFM', Buffer.from('PF\n100000 100000\n-1.0\n')],
    ['a side beyond a JPEG’s', Buffer.from('PF\n65501 1\n-1.0\n')],
  ])('refuses 100,000 × 100,000 before it allocates: %s', async (_, bytes) => {
    const before = process.memoryUsage().arrayBuffers;
    expect(await codeOf(bytes)).toBe('too_large');
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(1e6);
  });

  it.each([
    ['OpenEXR', buildExr({ channels, dataWindow: window(10_000, 9_000), headerOnly: true })],
    [
      'OpenEXR in tiles',
      buildExr({
        channels,
        dataWindow: window(9_000, 9_000),
        flags: 0x200,
        tiles: [9000, 9000],
        headerOnly: true,
      }),
    ],
    ['Radiance', Buffer.from('#?RADIANCE\n\n-Y 10000 +X 9000\n\x02\x02\x00\x08')],
    ['PFM', Buffer.from('PF\n10000 9000\n-1.0\n')],
  ])(
    'refuses a size within the limits that the file cannot hold, before it allocates: %s',
    async (_, bytes) => {
      const before = process.memoryUsage().arrayBuffers;
      expect(await codeOf(bytes, { maxPixelsPerByte: Infinity })).toBe('damaged');
      expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(1e6);
    },
  );

  it('honours the caller’s limits', async () => {
    const bytes = await write(
      picture(8, 4, () => 1),
      'pfm',
    );
    expect(await codeOf(bytes, { maxPixels: 31 })).toBe('too_large');
    expect(await codeOf(bytes, { maxDimension: 7 })).toBe('too_large');
    expect(await codeOf(bytes, { maxPixels: 32, maxDimension: 8 })).toBe('read');
  });

  const whole: [string, () => Promise<Uint8Array> | Uint8Array][] = [
    ...[
      'rle-half',
      'zip-half',
      'piz-half',
      'pxr24-half',
      'b44-half',
      'dwaa-half',
      'tiled-zip-half',
      'multipart-piz-dwaa',
    ].map((name): [string, () => Uint8Array] => [`${name}.exr`, () => fixture(`${name}.exr`)]),
    ['uncompressed OpenEXR', () => threeExr(picture(9, 9, () => 1))],
    ['Radiance', () => fixture('gradient.hdr')],
    [
      'PFM',
      () =>
        write(
          picture(9, 9, () => 1),
          'pfm',
        ),
    ],
  ];
  it.each(whole)('refuses %s cut off anywhere', async (name, load) => {
    const bytes = await load();
    // The first picture of many parts needs not the last part's chunks.
    const end = name.startsWith('multipart') ? bytes.length / 2 : bytes.length;
    for (let length = 8; length < end; length += length < 400 ? 1 : 7)
      expect(['damaged', 'unsupported_feature'], `${name} cut at ${length}`).toContain(
        await codeOf(bytes.subarray(0, length)),
      );
    expect(await codeOf(bytes.subarray(0, bytes.length - 1))).toBe(
      name.startsWith('multipart') ? 'read' : 'damaged',
    );
    expect(await codeOf(bytes)).toBe('read');
  });

  it.each([NaN, Infinity, -Infinity])('refuses a pixel that is %s', async (value) => {
    const wanted = picture(4, 3, (x, y, c) => (x === 2 && y === 1 && c === 1 ? value : 1));
    for (const bytes of [await threeExr(wanted), await write(wanted, 'pfm')]) {
      expect(await codeOf(bytes)).toBe('non_finite_pixels');
      await expect(read(bytes)).rejects.toThrow('column 2, row 1');
    }
  });

  it('refuses a picture out of all proportion to its file, and a file of too many bytes', async () => {
    const bytes = new TextEncoder().encode(`PF\n6000 6000\n-1.0\n${' '.repeat(500)}`);
    expect(await codeOf(bytes)).toBe('too_large');
    expect(await codeOf(bytes, { maxPixelsPerByte: 100_000 })).toBe('damaged');
    expect(await codeOf(bytes, { maxBytes: 500 })).toBe('too_large');
  });

  it('stops zlib data that would inflate without end', () => {
    const bomb = deflateSync(Buffer.alloc(50_000_000));
    const before = process.memoryUsage().arrayBuffers;
    expect(() => inflate(bomb, 1000)).toThrow(expect.objectContaining({ code: 'damaged' }));
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(1e6);
  });

  it('survives mutations that look for new branches', async () => {
    const { failures, branches, corpus } = await fuzzFormatParsers(2000, 7);
    expect(failures).toEqual([]);
    expect(branches).toBeGreaterThan(300);
    expect(corpus.length).toBeGreaterThan(60);
  });

  it('survives mutations', async () => {
    const { executions, failures } = await fuzzFormats(400, 7);
    expect(failures).toEqual([]);
    expect(executions).toBe(400);
  });
});
