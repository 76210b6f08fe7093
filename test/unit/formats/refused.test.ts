import { describe, expect, it } from 'vitest';
import { probe, read } from '../../../src/formats/index.ts';
import { refusalOf } from '../../../src/origin/problems.ts';

const file = (begin: string): Uint8Array => Buffer.concat([Buffer.from(begin, 'latin1'), new Uint8Array(64)]);

describe('formats that are known and not read', () => {
  it.each([
    ['HEIC', '\0\0\0\x18ftypheic\0\0\0\0mif1heic', 'AVIF'],
    ['HEIF of any coding', '\0\0\0\x18ftypmif1\0\0\0\0mif1heix', 'AVIF'],
    ['HEIF of AVC', '\0\0\0\x18ftypavci\0\0\0\0mif1avci', 'AVIF'],
    ['HEIF with its header in short', '\0\0\0\x10ftypmif3heic', 'AVIF'],
    ['GIF', 'GIF89a', 'PNG'],
    ['JPEG 2000', '\0\0\0\x0cjP  \r\n\x87\n', 'TIFF'],
    ['DNG', 'MM\0*\0\0\0\x08\0\x01\xc6\x12\0\x01\0\0\0\x04\x01\x04\0\0', 'develop'],
    ['CR2', 'II*\0\x10\0\0\0CR\x02\0', 'develop'],
    [
      'NEF',
      'MM\0*\0\0\0\x08\0\x02\0\xfe\0\x04\0\0\0\x01\0\0\0\x01\x01\x4a\0\x04\0\0\0\x01\0\0\0\x30',
      'develop',
    ],
    ['JPEG XR', 'II\xbc\x01', 'OpenEXR'],
  ])('%s: 415, and what to do instead', async (_, begin, instead) => {
    const error: unknown = await read(file(begin)).catch((reason: unknown) => reason);
    expect(refusalOf(error)).toMatchObject({ status: 415, code: 'unsupported_format' });
    expect((error as Error).message).toContain(instead);
    expect(() => probe(file(begin))).toThrow(instead);
  });

  it.each([
    ['AVIF with its header in short', '\0\0\0\x10ftypmif3avif\0\0\0\x08mini', 'header in full'],
    ['an AVIF sequence without a still', '\0\0\0\x10ftypavis\0\0\0\0\0\0\0\x08moov', 'save a frame'],
  ])('%s: 415, and what to do instead', async (_, begin, instead) => {
    const error: unknown = await read(Buffer.from(begin, 'latin1')).catch((reason: unknown) => reason);
    expect(refusalOf(error)).toMatchObject({ status: 415, code: 'unsupported_feature' });
    expect((error as Error).message).toContain(instead);
  });

  it('takes AVIF for AVIF, though it calls itself HEIF too', async () => {
    await expect(read(file('\0\0\0\x18ftypmif1\0\0\0\0mif1avif'))).rejects.toMatchObject({ code: 'damaged' });
  });
});
