import { describe, expect, test } from 'vitest';
import { afterglowField } from '../../../src/delivery/afterglow-field.ts';
import { cacheKey, representationKey } from '../../../src/delivery/cache-key.ts';
import { matchesNoneMatch } from '../../../src/delivery/conditional.ts';
import { entityTag } from '../../../src/delivery/etag.ts';
import { pictureHeaders } from '../../../src/delivery/headers.ts';

describe('cache keys', () => {
  test('are canonical', () => {
    expect(representationKey({ hdr: '0' })).toBe('sdr');
    expect(representationKey({ hdr: '1' })).toBe('layered');
    expect(representationKey({ hdr: '1', layers: 2 })).toBe('layered.2');
    expect(representationKey({ hdr: 'gainmap' })).toBe('gainmap');
    expect(representationKey({ hdr: '0', format: 'avif' })).toBe('avif');
    expect(cacheKey('g', { variant: { w: 5 }, hdr: '1', layers: 2 })).toBe('g/w-5/layered.2');
  });
});

describe('RFC 9110 §8.8.3, ETag', () => {
  test('is strong, and that of a stand-in is another', () => {
    const key = cacheKey('3f2a', { variant: { w: 640, q: 80 }, hdr: '1', layers: 2 });
    const tag = entityTag(key, { pending: false });
    expect(tag).toMatch(/^"[\x21\x23-\x7e]*"$/);
    expect(entityTag(key, { pending: true })).toMatch(/^"[\x21\x23-\x7e]*"$/);
    expect(entityTag(key, { pending: true })).not.toBe(tag);
  });
});

describe('RFC 9110 §13.1.2, If-None-Match', () => {
  test.each(['"a"', 'W/"a"', '"b", "a"', '"b",W/"a"', '*', ' * ', '"x,y" , "a"'])(
    '%s matches "a"',
    (field) => {
      expect(matchesNoneMatch(field, '"a"')).toBe(true);
    },
  );
  test.each([null, '', '"b"', 'a', '"A"', '"b, a"'])('%s does not', (field) => {
    expect(matchesNoneMatch(field, '"a"')).toBe(false);
  });
});

describe('RFC 9651 §3.3, the Afterglow field', () => {
  test('says what was sent', () => {
    expect(afterglowField({ representation: 'layered', layers: 3, of: 8, model: 'han2020' })).toBe(
      'layered;layers=3;of=8;model="han2020"',
    );
    expect(afterglowField({ representation: 'sdr' })).toBe('sdr');
    expect(afterglowField({ representation: 'sdr', pending: true })).toBe('sdr;pending');
    expect(afterglowField({ representation: 'gainmap', pending: false })).toBe('gainmap');
  });

  test('escapes what a string must (§3.3.3)', () => {
    expect(afterglowField({ representation: 'layered', model: 'a"b\\c' })).toBe('layered;model="a\\"b\\\\c"');
    expect(afterglowField({ representation: 'layered', model: 'é\n' })).toBe('layered');
  });
});

describe('headers of a picture', () => {
  const answer = { etag: '"a"', vary: ['Accept', 'ECT'], provisional: false, reason: 'accept' };

  test('Vary names the headers, and is absent where the URL decided', () => {
    expect(pictureHeaders(answer)).toMatchObject({ Vary: 'Accept, ECT', ETag: '"a"' });
    expect(pictureHeaders({ ...answer, vary: [] })).not.toHaveProperty('Vary');
  });

  test('a stand-in is kept for seconds', () => {
    expect(pictureHeaders(answer)['Cache-Control']).toContain('max-age=3600');
    expect(pictureHeaders({ ...answer, provisional: true })['Cache-Control']).toBe('public, max-age=5');
  });
});
