import { describe, expect, test } from 'vitest';
import { contentDisposition } from '../../../src/delivery/content-disposition.ts';

describe('RFC 6266 §4, Content-Disposition', () => {
  test.each([
    ['', 'a/b/desk.exr', 'attachment; filename="desk.jpg"'],
    ['', '.hidden', 'attachment; filename=".hidden.jpg"'],
    ['Holiday 1.jpg', 'x', 'attachment; filename="Holiday 1.jpg"'],
    ['Holiday.JPEG', 'x', 'attachment; filename="Holiday.JPEG"'],
    ['photo.png', 'x', 'attachment; filename="photo.png.jpg"'],
  ])('"%s" of %s', (asked, key, field) => {
    expect(contentDisposition(asked, key)).toBe(field);
  });

  test('RFC 8187 §3.2.1: what is not ASCII, or would be unquoted wrongly, goes into filename*', () => {
    expect(contentDisposition('Füße €.jpg', 'x')).toBe(
      `attachment; filename="F__e _.jpg"; filename*=UTF-8''F%C3%BC%C3%9Fe%20%E2%82%AC.jpg`,
    );
    expect(contentDisposition(`a"b\\c%20'(*)`, 'x')).toBe(
      `attachment; filename="a_b_c_20'(*).jpg"; filename*=UTF-8''a%22b%5Cc%2520%27%28%2A%29.jpg`,
    );
    expect(contentDisposition('🌅', 'x')).toBe(
      `attachment; filename="_.jpg"; filename*=UTF-8''%F0%9F%8C%85.jpg`,
    );
  });
});
