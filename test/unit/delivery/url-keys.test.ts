import { describe, expect, test } from 'vitest';
import { ConfigurationError } from '../../../src/delivery/configuration.ts';
import { parseSigningMode, parseUrlKeys } from '../../../src/delivery/url-keys.ts';

const secret = 'sixteen letters.';
const faultOf = (read: () => unknown): ConfigurationError => {
  try {
    read();
  } catch (error) {
    expect(error).toBeInstanceOf(ConfigurationError);
    return error as ConfigurationError;
  }
  throw new Error('nothing was wrong with it');
};

describe('URL_KEYS', () => {
  test('names several keys, with commas or white space between them', () => {
    expect(parseUrlKeys('a:sixteen-letters.,b-2_:with:colons:in:it\n c:0123456789abcdef')).toEqual([
      { id: 'a', secret: 'sixteen-letters.' },
      { id: 'b-2_', secret: 'with:colons:in:it' },
      { id: 'c', secret: '0123456789abcdef' },
    ]);
  });

  test('may be absent', () => {
    expect([parseUrlKeys(undefined), parseUrlKeys(' ')]).toEqual([[], []]);
  });

  test.each([
    ['nothing-but-a-secret', 'not `id:secret`'],
    [':0123456789abcdef', 'not `id:secret`'],
    ['a/b:0123456789abcdef', 'not `id:secret`'],
    ['a:short-secret', 'fewer than 16 characters under a'],
    ['a:0123456789abcdef,a:fedcba9876543210', 'names a key twice'],
  ])('%s: %s', (text, fault) => {
    const error = faultOf(() => parseUrlKeys(text));
    expect(error.variable).toBe('URL_KEYS');
    expect(error.message).toContain(fault);
    expect(error.message).not.toMatch(/0123456789abcdef|short-secret|nothing-but/);
  });
});

describe('SIGNED_URLS', () => {
  const keys = [{ id: 'a', secret }];
  test('is one of three modes, off when absent', () => {
    expect(parseSigningMode(undefined, [])).toBe('off');
    expect(parseSigningMode('', [])).toBe('off');
    for (const mode of ['off', 'transforms', 'required']) expect(parseSigningMode(mode, keys)).toBe(mode);
  });

  test('is refused when it is none, or when nothing could be signed', () => {
    expect(faultOf(() => parseSigningMode('on', keys)).variable).toBe('SIGNED_URLS');
    expect(faultOf(() => parseSigningMode('required', [])).variable).toBe('URL_KEYS');
    expect(faultOf(() => parseSigningMode('transforms', [])).variable).toBe('URL_KEYS');
  });
});
