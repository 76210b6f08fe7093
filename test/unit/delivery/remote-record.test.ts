import { expect, test } from 'vitest';
import { remoteState } from '../../../src/delivery/remote-record.ts';

const url = 'https://photos.example.com/a.exr';
const now = 1_760_000_000;
const ttl = 3600;
const problem = { status: 502, code: 'source_failed', title: 'Source failed', detail: '' };
const fresh = { checkedAt: now - ttl + 1, sha256: '' };
const stale = { checkedAt: now - ttl, sha256: '' };
const failing = { problem, until: now + 1 };
const failed = { problem, until: now };

test.each([
  ['nothing is known', null, 'fetch'],
  ['there is no copy', { url }, 'fetch'],
  ['it is being fetched', { url, claimedUntil: now + 1 }, 'wait'],
  ['who fetched it died', { url, claimedUntil: now }, 'fetch'],
  ['it just failed', { url, failure: failing }, 'refuse'],
  ['it failed a while ago', { url, failure: failed }, 'fetch'],
  ['it failed, and is tried again', { url, failure: failed, claimedUntil: now + 1 }, 'wait'],
  ['the copy is young', { url, copy: fresh }, 'serve'],
  ['the copy is old', { url, copy: stale }, 'revalidate'],
  ['the copy is old and is being asked for', { url, copy: stale, claimedUntil: now + 1 }, 'serve'],
  ['the copy is old and its source fails', { url, copy: stale, failure: failing }, 'serve'],
  ['the copy is old and its source failed', { url, copy: stale, failure: failed }, 'revalidate'],
])('%s', (_, record, state) => {
  expect(remoteState(record, now, ttl)).toBe(state);
});
