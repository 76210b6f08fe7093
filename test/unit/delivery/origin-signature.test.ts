import { createHmac } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import {
  bodyDigestOf,
  canonicalString,
  SIGNATURE_WINDOW,
  signRequest,
  verifyRequest,
} from '../../../src/delivery/origin-signature.ts';

const secret = 'a secret of edge and origin';
const now = 1_760_000_000;
const request = {
  method: 'POST',
  target: '/encode?quality=80&layers=4',
  bodyDigest: await bodyDigestOf(new TextEncoder().encode('a picture')),
  date: now,
};
const headers = new Headers(await signRequest(request, secret));

function changed(name: string, value: string | null): Headers {
  const other = new Headers(headers);
  if (value === null) other.delete(name);
  else other.set(name, value);
  return other;
}

describe('a signed request', () => {
  test('carries the HMAC-SHA256 of method, target, digest and time, line by line', () => {
    const text = `POST\n/encode?quality=80&layers=4\n${request.bodyDigest}\n1760000000`;
    expect(canonicalString(request)).toBe(text);
    const hmac = createHmac('sha256', secret).update(text).digest('hex');
    expect(Object.fromEntries(headers)).toEqual({
      'afterglow-content-sha256': request.bodyDigest,
      'afterglow-date': '1760000000',
      authorization: `Afterglow-HMAC-SHA256 ${hmac}`,
    });
  });

  test('is let in, with the digest that its body must have', async () => {
    const verification = await verifyRequest({ ...request, headers }, [secret], now);
    expect(verification).toEqual({ ok: true, bodyDigest: request.bodyDigest });
  });

  test('lives as long as the window, in both directions', async () => {
    for (const [clock, ok] of [
      [now - SIGNATURE_WINDOW, true],
      [now + SIGNATURE_WINDOW, true],
      [now + SIGNATURE_WINDOW + 1, false],
      [now - SIGNATURE_WINDOW - 1, false],
    ] as const) {
      const verification = await verifyRequest({ ...request, headers }, [secret], clock);
      expect(verification).toEqual(ok ? { ok, bodyDigest: request.bodyDigest } : { ok, fault: 'expired' });
    }
  });
});

describe('is forged when', () => {
  test.each([
    ['the method is another', { ...request, method: 'PUT', headers }],
    ['the query is another', { ...request, target: '/encode?quality=90&layers=4', headers }],
    ['the path is another', { ...request, target: '/decode?quality=80&layers=4', headers }],
    ['the digest is another', { ...request, headers: changed('Afterglow-Content-SHA256', 'a'.repeat(64)) }],
    ['the time is another', { ...request, headers: changed('Afterglow-Date', String(now + 1)) }],
    [
      'the signature is another',
      { ...request, headers: changed('Authorization', `Afterglow-HMAC-SHA256 ${'0'.repeat(64)}`) },
    ],
  ])('%s', async (_, forged) => {
    expect(await verifyRequest(forged, [secret], now)).toEqual({ ok: false, fault: 'forged' });
  });

  test('the secret is another', async () => {
    const verification = await verifyRequest({ ...request, headers }, [`${secret}!`], now);
    expect(verification).toEqual({ ok: false, fault: 'forged' });
  });
});

test.each([
  ['Authorization', null],
  ['Authorization', 'Bearer abc'],
  ['Authorization', 'Afterglow-HMAC-SHA256'],
  ['Authorization', `Afterglow-HMAC-SHA256 ${'g'.repeat(64)}`],
  ['Afterglow-Date', null],
  ['Afterglow-Date', '1e9'],
  ['Afterglow-Date', '-1'],
  ['Afterglow-Content-SHA256', null],
  ['Afterglow-Content-SHA256', 'A'.repeat(64)],
])('counts as unsigned with %s: %s', async (name, value) => {
  const verification = await verifyRequest({ ...request, headers: changed(name, value) }, [secret], now);
  expect(verification).toEqual({ ok: false, fault: 'missing' });
});

test('either of two secrets opens, while one replaces the other', async () => {
  const headers = new Headers(await signRequest(request, secret));
  for (const secrets of [
    [secret, 'the other'],
    ['the other', secret],
  ]) {
    expect(await verifyRequest({ ...request, headers }, secrets, now)).toMatchObject({ ok: true });
  }
  expect(await verifyRequest({ ...request, headers }, ['the other'], now)).toMatchObject({ fault: 'forged' });
});
