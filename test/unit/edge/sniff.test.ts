import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { looksLikePicture } from '../../../src/edge/sniff.ts';
import { REFUSED } from '../../../src/formats/refused.ts';
import { FORMATS } from '../../../src/formats/registry.ts';
import { sniff } from '../../../src/formats/index.ts';

const FIXTURES = 'test/unit/formats/fixtures';
/** Enough of each format for a reader to know it by; of what is refused, too. */
const BEGINNINGS: readonly string[] = [
  '\x76\x2f\x31\x01',
  '#?RADIANCE\n',
  '#?RGBE\n',
  'PF\n',
  'Pf\n',
  '\xff\xd8\xff\xe0',
  '\x89PNG\r\n\x1a\n',
  'RIFF\0\0\0\0WEBP',
  '\0\0\0\x18ftypavif\0\0\0\0mif1avif',
  'II*\0',
  'MM\0*',
  '\xff\x0a',
  '\0\0\0\x0cJXL \r\n\x87\n',
  '\0\0\0\x18ftypheic\0\0\0\0mif1heic',
  // A camera's raw file.
  'II*\0\x10\0\0\0CR\x02\0',
  'GIF87a',
  'GIF89a',
  '\0\0\0\x0cjP  \r\n\x87\n',
  '\xff\x4f\xff\x51',
  'II\xbc\x01',
];
const bytesOf = (begin: string): Uint8Array =>
  Buffer.concat([Buffer.from(begin, 'latin1'), Buffer.alloc(64)]);

describe('what begins like a picture', () => {
  it.each(BEGINNINGS)('%j', (begin) => {
    expect(looksLikePicture(bytesOf(begin))).toBe(true);
  });

  it('is every format that the origin reads, or refuses by name', () => {
    const files = BEGINNINGS.map(bytesOf);
    for (const { kind } of FORMATS) {
      // One and the same beginning: what comes later tells them apart.
      const known = kind === 'ultrahdr' ? 'jpeg' : kind;
      expect(files.map(sniff)).toContain(known);
    }
    for (const { sniff: refuses } of REFUSED) expect(files.some(refuses)).toBe(true);
  });

  it.each(readdirSync(FIXTURES).filter((name) => sniff(readFileSync(`${FIXTURES}/${name}`)) !== null))(
    '%s',
    (name) => {
      expect(looksLikePicture(readFileSync(`${FIXTURES}/${name}`))).toBe(true);
    },
  );

  it.each(['no picture', '<svg xmlns="http://www.w3.org/2000/svg">', '%PDF-1.7', '\xff\xd8', ''])(
    'and not %j',
    (begin) => {
      expect(looksLikePicture(Buffer.from(begin, 'latin1'))).toBe(false);
    },
  );
});
