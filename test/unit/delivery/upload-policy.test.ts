import { describe, expect, test } from 'vitest';
import { ProblemError } from '../../../src/delivery/problem.ts';
import { parseUploadPolicy, requireContentType } from '../../../src/delivery/upload-policy.ts';

const parse = (query: string) => parseUploadPolicy(new URL(`https://cdn.example.com/images/a?${query}`));
const codeOf = (act: () => unknown): string | undefined => {
  try {
    act();
  } catch (error) {
    expect(error).toBeInstanceOf(ProblemError);
    return (error as ProblemError).code;
  }
  return undefined;
};

describe('the policy of an upload', () => {
  test('is in the query', () => {
    expect(parse('max-bytes=1000&content-type=image%2Fx-exr')).toEqual({
      maxBytes: 1000,
      contentType: 'image/x-exr',
    });
    expect(parse('expires=1')).toEqual({});
  });

  test.each([
    'max-bytes=0',
    'max-bytes=-1',
    'max-bytes=1e3',
    'max-bytes=',
    'max-bytes=1&max-bytes=2',
    'content-type=image',
    'content-type=IMAGE/X-EXR',
    'content-type=image/png%3B%20q%3D1',
    'content-type=a/b&content-type=a/c',
  ])('is refused as %s', (query) => {
    expect(codeOf(() => parse(query))).toBe('invalid_upload_policy');
  });
});

test('Content-Type is compared without case and parameters', () => {
  const code = (field: string | null, contentType?: string) =>
    codeOf(() => {
      requireContentType(contentType === undefined ? {} : { contentType }, field);
    });
  expect(code('image/x-exr', 'image/x-exr')).toBeUndefined();
  expect(code('Image/X-EXR; version=2', 'image/x-exr')).toBeUndefined();
  expect(code('text/html')).toBeUndefined();
  expect(code(null)).toBeUndefined();
  for (const field of [null, '', 'text/html', 'image/x-exr2', 'text/html;image/x-exr'])
    expect(code(field, 'image/x-exr'), String(field)).toBe('content_type_not_allowed');
});
