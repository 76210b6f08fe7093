import { describe, expect, test } from 'vitest';
import { parsePictureKey } from '../../../src/delivery/picture-key.ts';

describe('keys of pictures', () => {
  test.each([
    ['a.exr', 'a.exr'],
    ['2026/alps/dawn.hdr', '2026/alps/dawn.hdr'],
    ['a%20b.exr', 'a b.exr'],
    ['a%2Fb.exr', 'a/b.exr'],
    ['caf%C3%A9.exr', 'café.exr'],
    ['cafe%CC%81.exr', 'café.exr'],
    ['info', 'info'],
    ['...', '...'],
  ])('%s is %s', (path, key) => {
    expect(parsePictureKey(path)).toBe(key);
  });

  test.each([
    ['', 'empty'],
    ['a//b', 'empty segment'],
    ['a/', 'empty last segment'],
    ['..%2Fsecret', 'dot segment'],
    ['a/%2E/b', 'dot segment'],
    ['a%00b', 'NUL'],
    ['a%0Ab', 'line feed'],
    ['a%7Fb', 'DEL'],
    ['a%C2%85b', 'C1 control'],
    ['a%5Cb', 'backslash'],
    ['%E0%A4', 'cut UTF-8'],
    ['%', 'no percent-encoding'],
    ['a%2Finfo', 'reserved'],
    ['x'.repeat(769), 'too long'],
    ['%C3%A9'.repeat(385), 'too long in bytes'],
  ])('%s is refused: %s', (path) => {
    expect(() => parsePictureKey(path)).toThrow(
      expect.objectContaining({ status: 400, code: 'invalid_key' }),
    );
  });
});
