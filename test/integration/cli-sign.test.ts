import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { verifyUrl } from '../../src/delivery/signed-url.ts';

const MAIN = fileURLToPath(new URL('../../dist/cli/main.js', import.meta.url));
const KEY = 'k1:a:secret:with:colons';
const keys = [{ id: 'k1', secret: 'a:secret:with:colons' }];

function sign(args: readonly string[], env: Record<string, string> = {}) {
  return new Promise<{ code: unknown; stdout: string; stderr: string }>((resolve) => {
    const options = { env: { PATH: process.env.PATH, ...env } };
    execFile(process.execPath, [MAIN, 'sign', ...args], options, (error, stdout, stderr) => {
      resolve({ code: error === null ? 0 : error.code, stdout: stdout.trim(), stderr });
    });
  });
}
const seconds = (): number => Date.now() / 1000;

describe('afterglow sign', () => {
  test('signs a path for good', async () => {
    const { stdout } = await sign(['/images/a b.exr?w=640', '--key', KEY]);
    expect(stdout).toMatch(/^\/images\/a%20b\.exr\?w=640&keyid=k1&signature=[\w-]{43}$/);
    expect(await verifyUrl('GET', new URL(stdout, 'https://e.com'), keys, seconds())).toEqual({ ok: true });
  });

  test('signs an upload for a time, with a policy, and says it as JSON', async () => {
    const args = [
      'https://e.com/images/a.exr',
      '--upload',
      '--max-bytes',
      '1000',
      '--content-type',
      'Image/X-EXR',
    ];
    const { stdout } = await sign([...args, '--expires', '15m', '--json'], {
      URL_KEYS: 'k1:0123456789abcdef,k2:x',
    });
    const { url, method, expires } = JSON.parse(stdout) as Record<string, string>;
    const signed = new URL(url ?? '');
    expect(method).toBe('PUT');
    expect(signed.searchParams.get('max-bytes')).toBe('1000');
    expect(signed.searchParams.get('content-type')).toBe('image/x-exr');
    const end = Number(signed.searchParams.get('expires'));
    expect(new Date(expires ?? '').getTime()).toBe(end * 1000);
    const first = [{ id: 'k1', secret: '0123456789abcdef' }];
    expect(await verifyUrl('PUT', signed, first, end)).toEqual({ ok: true, expires: end });
    expect(await verifyUrl('PUT', signed, first, end + 1)).toEqual({ ok: false, fault: 'expired' });
    expect(await verifyUrl('GET', signed, first, end)).toEqual({ ok: false, fault: 'forged' });
  });

  test('lets nobody write for good', async () => {
    const { stdout } = await sign(['/images/a.exr', '--delete', '--key', KEY]);
    const end = Number(new URL(stdout, 'https://e.com').searchParams.get('expires'));
    expect(Math.abs(end - seconds() - 3600)).toBeLessThan(60);
  });

  test.each([
    ['without a key', ['/images/a.exr'], 1, 'There is no key'],
    ['with a short secret', ['/images/a.exr', '--key', 'k1:short'], 1, 'fewer than 16'],
    ['what is no http URL', ['ftp://e.com/a', '--key', KEY], 1, 'no http(s) URL'],
    ['a policy without an upload', ['/images/a.exr', '--key', KEY, '--max-bytes', '1'], 1, '--upload'],
    ['for a time that is none', ['/images/a.exr', '--key', KEY, '--expires', '1 hour'], 2, '90s, 15m'],
    [
      'a media type that is none',
      ['/images/a.exr', '--key', KEY, '--upload', '--content-type', 'exr'],
      2,
      'media type',
    ],
    [
      'an upload and a deletion',
      ['/images/a.exr', '--key', KEY, '--upload', '--delete'],
      2,
      'cannot be used',
    ],
  ])('refuses %s', async (_, args, code, message) => {
    const result = await sign(args);
    expect(result).toMatchObject({ code, stdout: '' });
    expect(result.stderr).toContain(message);
    expect(result.stderr).not.toContain('secret:with');
  });
});
