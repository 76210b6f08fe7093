import { describe, expect, test } from 'vitest';
import { parseProblem, ProblemError, toProblem } from '../../../src/delivery/problem.ts';

const init = {
  status: 415,
  code: 'unsupported_format',
  title: 'Unsupported format',
  detail: 'Send OpenEXR.',
};

describe('RFC 9457 §3, problem documents', () => {
  test('carry type, title, status, detail and our code', () => {
    const { status, headers, body } = toProblem(
      new ProblemError({ ...init, headers: { 'Retry-After': '5' } }),
    );
    expect(status).toBe(415);
    expect(headers).toMatchObject({ 'Content-Type': 'application/problem+json', 'Retry-After': '5' });
    expect(JSON.parse(body)).toEqual({ type: 'urn:afterglow:problem:unsupported_format', ...init });
  });

  test('keep the inside inside', () => {
    const { status, body } = toProblem(new Error('connect ECONNREFUSED 10.0.0.7', { cause: 'secret' }));
    expect(status).toBe(500);
    expect(body).not.toMatch(/ECONN|secret/);
    expect(JSON.parse(body)).toMatchObject({ code: 'internal_error' });
  });

  test('are read back', () => {
    expect(parseProblem(toProblem(new ProblemError(init)).body)).toEqual(init);
  });

  test.each([
    '',
    '{',
    'null',
    '[]',
    '{"code":"x"}',
    '{"status":200,"code":"x"}',
    '{"status":400,"code":"<b>"}',
    '{"status":"400","code":"x"}',
  ])('%s is none', (text) => {
    expect(parseProblem(text)).toBeUndefined();
  });
});
