import { expect, it } from 'vitest';
import { plainJpeg } from '../../../src/origin/metadata/plain-jpeg.ts';
import { fuzzMetadata } from '../../fuzz/metadata.ts';
import { bareJpeg, description, digestOf, extendedXmp, withSegments, xmpSegment } from './metadata-files.ts';

it('survives mutations that look for new branches', async () => {
  const { failures, branches, corpus, executions } = await fuzzMetadata(1500, 7);
  expect(failures).toEqual([]);
  expect(executions).toBe(1500);
  expect(branches).toBeGreaterThan(300);
  expect(corpus.length).toBeGreaterThan(30);
});

it.each([
  ['blanks', ' '],
  ['quotes that are never closed', ' photoshop:City="'],
  ['elements that are never closed', '<Container:Directory '],
  ['elements that never close', '<hdrgm:X>'],
])('goes over extended XMP of nothing but %s once', async (_, text) => {
  const packet = description(text.repeat(Math.floor(4e6 / text.length)));
  const announced = xmpSegment(description('', ` xmpNote:HasExtendedXMP="${digestOf(packet)}"`));
  const file = withSegments(await bareJpeg(), announced, ...extendedXmp(packet, 65_000));
  const start = performance.now();
  plainJpeg(file);
  expect(performance.now() - start).toBeLessThan(2000);
});

it('leaves extended XMP that is longer than any, unless it names a place', async () => {
  const bare = await bareJpeg();
  const long = (content: string) => extendedXmp(description(`${content}${' '.repeat(5 * 2 ** 20)}`), 65_000);
  const file = withSegments(bare, ...long('<dc:format/>'));
  expect(plainJpeg(file).notices).toEqual([]);
  expect(Buffer.compare(plainJpeg(file).bytes, file)).toBe(0);
  const located = withSegments(bare, ...long('<photoshop:City>Kingston</photoshop:City>'));
  expect(plainJpeg(located).notices).toEqual(['location_removed']);
  expect(Buffer.compare(plainJpeg(located).bytes, bare)).toBe(0);
});
