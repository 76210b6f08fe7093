import type { ServerResponse } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';

/** What a segment of TCP carries over Ethernet. */
const SEGMENT = 1460;

/**
 * Sends a body as a link of so many bits per second delivers it: segment after segment, each when its time has come. Chromium's own
 * throttle holds back whole reads of up to 64 kB instead, so that a file's first part comes when the last of the read does.
 *
 * @param latency milliseconds before the first byte
 */
export async function sendPaced(
  response: ServerResponse,
  body: Uint8Array,
  { bitsPerSecond, latency }: { bitsPerSecond: number; latency: number },
): Promise<void> {
  response.socket?.setNoDelay(true);
  await sleep(latency);
  const started = performance.now();
  for (let sent = 0; sent < body.length && !response.destroyed;) {
    const due = Math.floor(((performance.now() - started) * bitsPerSecond) / 8000) + SEGMENT;
    const end = Math.min(body.length, due - (due % SEGMENT));
    if (end > sent) response.write(body.subarray(sent, end));
    sent = Math.max(sent, end);
    await sleep(1);
  }
  response.end();
}
