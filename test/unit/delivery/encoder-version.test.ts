import { expect, test } from 'vitest';
import { ConfigurationError } from '../../../src/delivery/configuration.ts';
import { parseEncoderVersion } from '../../../src/delivery/encoder-version.ts';

test.each([
  [undefined, '1'],
  ['glow2026-1.2', 'glow2026-1.2'],
  ['x'.repeat(64), 'x'.repeat(64)],
])('%s', (text, version) => {
  expect(parseEncoderVersion(text)).toBe(version);
});

test.each(['', 'a b', '"', 'a/b', '..', '-a', 'a.', 'é', 'x'.repeat(65)])('%j is refused by name', (text) => {
  expect(() => parseEncoderVersion(text)).toThrow(ConfigurationError);
  expect(() => parseEncoderVersion(text)).toThrow('ENCODER_VERSION');
});
