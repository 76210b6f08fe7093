import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { bytesOf, hdrFile, jobEnd, startEdge } from '../runtime/edge-harness.ts';
import type { Edge } from '../runtime/edge-harness.ts';

/**
 * RFC 8942 (client hints), the Client Hint Reliability draft, Responsive Image Client Hints, the Network Information API and
 * the Save-Data API: clause by clause, in workerd.
 */

const ACCEPT = { Accept: 'image/vnd.afterglow' };
/** The layers of the fake origin are a kilobyte each. */
const BUDGET_SECONDS = 0.2;
let edge: Edge;
beforeAll(async () => {
  edge = await startEdge({ variables: { TRANSFER_BUDGET_MS: String(BUDGET_SECONDS * 1000) } });
  const upload = await edge.put('wide.exr', await hdrFile('exr', 3, 1000, 500));
  await jobEnd(edge, upload.headers.get('Location'));
});
afterAll(() => edge.stop());

async function read(query = '', headers: Record<string, string> = {}) {
  const response = await edge.get(`/images/wide.exr${query}`, { headers });
  const bytes = await bytesOf(response);
  return { headers: response.headers, bytes, sent: response.headers.get('Afterglow') ?? '' };
}

/** The width that the origin was last asked for; the fake one says so in its answers. */
async function widthFor(headers: Record<string, string>, query = ''): Promise<number> {
  const { bytes } = await read(query, headers);
  const frame = bytes.indexOf(Buffer.from([0xff, 0xc0]));
  return bytes.readUInt16BE(frame + 7);
}

const list = (field: string | null): string[] => (field ?? '').split(',').map((entry) => entry.trim());

describe('RFC 8942', () => {
  test('§3.1: Accept-CH names every hint that is used, as a list of tokens', async () => {
    const hints = list((await read()).headers.get('Accept-CH'));
    expect(hints).toEqual([
      'Sec-CH-Width',
      'Sec-CH-DPR',
      'Sec-CH-Viewport-Width',
      'Save-Data',
      'ECT',
      'Downlink',
      'RTT',
    ]);
  });

  test('§3.2: every answer that a hint could have changed varies by it, and no other does', async () => {
    const open = (await read()).headers;
    for (const hint of list(open.get('Accept-CH'))) expect(list(open.get('Vary'))).toContain(hint);
    expect(list((await read('?w=320')).headers.get('Vary'))).not.toContain('Sec-CH-Width');
    expect(list((await read('?hdr=1')).headers.get('Vary'))).not.toContain('Downlink');
  });

  test('§2.2: hints are a courtesy: without them, and with malformed ones, there is the picture', async () => {
    const plain = await read();
    for (const name of list(plain.headers.get('Accept-CH'))) {
      for (const value of [
        '',
        '?',
        '-1',
        'NaN',
        '1e9',
        '99999999999999999999',
        '"640"',
        '640, 320',
        '__proto__',
      ]) {
        expect([name, value, (await read('', { [name]: value })).bytes.equals(plain.bytes)]).toEqual([
          name,
          value,
          true,
        ]);
      }
    }
  });
});

describe('Client Hint Reliability §3, Critical-CH', () => {
  test('names hints of Accept-CH that the answer varies by', async () => {
    const { headers } = await read();
    const critical = list(headers.get('Critical-CH'));
    expect(critical).toEqual(['Sec-CH-DPR', 'Sec-CH-Viewport-Width']);
    for (const name of critical) {
      expect(list(headers.get('Accept-CH'))).toContain(name);
      expect(list(headers.get('Vary'))).toContain(name);
    }
  });

  test('is absent where they are not needed', async () => {
    expect((await read('?w=320')).headers.get('Critical-CH')).toBeNull();
  });
});

describe('Responsive Image Client Hints', () => {
  test('Sec-CH-Width chooses a width on the ladder', async () => {
    expect(await widthFor({ 'Sec-CH-Width': '301' })).toBe(320);
    expect(await widthFor({ 'Sec-CH-Width': '320' })).toBe(320);
    expect(await widthFor({ 'Sec-CH-Width': '321' })).toBe(480);
  });

  test('Sec-CH-Viewport-Width times Sec-CH-DPR stands in for it', async () => {
    expect(await widthFor({ 'Sec-CH-Viewport-Width': '300' })).toBe(320);
    expect(await widthFor({ 'Sec-CH-Viewport-Width': '300', 'Sec-CH-DPR': '1.5' })).toBe(480);
    expect(await widthFor({ 'Sec-CH-Viewport-Width': '300', 'Sec-CH-Width': '500' })).toBe(640);
  });

  test('the URL goes before', async () => {
    expect(await widthFor({ 'Sec-CH-Width': '640' }, '?w=320')).toBe(320);
    expect(await widthFor({ 'Sec-CH-Viewport-Width': '320', 'Sec-CH-DPR': '3' }, '?dpr=1')).toBe(320);
  });

  test('nothing is enlarged: beyond its own width a picture has one rendition', async () => {
    const own = (await read('?hdr=0')).headers.get('ETag');
    for (const width of ['961', '1000', '5000', '99999']) {
      expect((await read('?hdr=0', { 'Sec-CH-Width': width })).headers.get('ETag')).toBe(own);
    }
  });
});

describe('Save-Data and the Network Information API', () => {
  test('Save-Data §3: on means the plain JPEG', async () => {
    expect((await read('', ACCEPT)).sent).toContain('layered;layers=3');
    expect((await read('', { ...ACCEPT, 'Save-Data': 'on' })).sent).toBe('sdr');
  });

  test('the most layers that arrive within the budget at the hinted rate, and one more would not', async () => {
    const all = (await read('?hdr=1')).bytes.length;
    const seen = new Set<string>();
    for (const downlink of ['0.05', '0.1', '0.15', '0.25', '8', '10', '100']) {
      const { sent, bytes } = await read('', { ...ACCEPT, Downlink: downlink });
      seen.add(sent);
      const most = (Number(downlink) * 1e6 * BUDGET_SECONDS) / 8;
      if (sent.startsWith('layered')) expect(bytes.length).toBeLessThanOrEqual(most);
      if (Number(downlink) >= 8) expect(bytes.length).toBe(all);
      const layers = Number(/layers=(\d)/.exec(sent)?.[1] ?? 0);
      if (layers < 3) {
        const more = (await read(`?hdr=1&layers=${layers + 1}`)).bytes.length;
        expect(more).toBeGreaterThan(most);
      }
    }
    expect(seen.size).toBeGreaterThan(2);
  });

  test('RTT is a part of that budget', async () => {
    expect((await read('', { ...ACCEPT, RTT: '50' })).sent).toContain('layers=3');
    expect((await read('', { ...ACCEPT, RTT: '200' })).sent).toBe('sdr');
    expect((await read('', { ...ACCEPT, RTT: '100', Downlink: '0.25' })).sent).toMatch(/layers=[12];/);
  });

  test('effective connection types: 2g gets the plain JPEG, 4g everything', async () => {
    expect((await read('', { ...ACCEPT, ECT: 'slow-2g' })).sent).toBe('sdr');
    expect((await read('', { ...ACCEPT, ECT: '2g' })).sent).toBe('sdr');
    expect((await read('', { ...ACCEPT, ECT: '4g' })).sent).toContain('layers=3');
  });

  test('what the network lowered has the tag of those bytes, and 304 knows it', async () => {
    const slow = { ...ACCEPT, Downlink: '0.1' };
    const { headers } = await read('', slow);
    const etag = headers.get('ETag') ?? '';
    expect(etag).not.toBe((await read('', ACCEPT)).headers.get('ETag'));
    expect((await edge.get('/images/wide.exr', { headers: { ...slow, 'If-None-Match': etag } })).status).toBe(
      304,
    );
    const fast = await edge.get('/images/wide.exr', { headers: { ...ACCEPT, 'If-None-Match': etag } });
    expect(fast.status).toBe(200);
    await fast.body?.cancel();
  });

  test('never lower hdr=1', async () => {
    const { sent } = await read('?hdr=1', {
      'Save-Data': 'on',
      ECT: 'slow-2g',
      Downlink: '0.05',
      RTT: '3000',
    });
    expect(sent).toContain('layers=3');
  });
});
