import { Miniflare, Response as WorkerdResponse } from 'miniflare';
import sharp from 'sharp';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { readLayout } from '../../src/container/index.ts';
import { edgeOptions } from '../../src/local/miniflare-options.ts';
import { fakeWeb } from '../runtime/fake-web.ts';
import { ORIGIN_SECRET, OriginProcess } from './origin-process.ts';
import { phonePicture, SIZE } from '../unit/origin/ultra-hdr-files.ts';

/** A gain-map JPEG of another server, through workerd and the origin as they are: it is HDR, and stays so. */

const SOURCE = 'https://photos.example.com/phone.jpg';
const ACCEPT = 'image/vnd.afterglow,image/jpeg;q=0.8';
const web = fakeWeb();
let origin: OriginProcess;
let miniflare: Miniflare;
let edge: URL;

beforeAll(async () => {
  const { file } = await phonePicture();
  web.pages.set(SOURCE, () => new WorkerdResponse(file, { headers: { 'Content-Type': 'image/jpeg' } }));
  origin = await OriginProcess.start();
  miniflare = new Miniflare({
    ...edgeOptions({
      scriptPath: 'dist/edge/worker.js',
      originUrl: origin.url,
      originSecret: ORIGIN_SECRET,
      uploadToken: 'a token of the uploader',
      variables: { REMOTE_SOURCES: 'https://photos.example.com/', DNS_RESOLVER: '' },
    }),
    outboundService: web.outboundService,
  });
  edge = await miniflare.ready;
}, 60_000);
afterAll(async () => {
  await miniflare.dispose();
  await origin.stop();
});

const get = (query = '', headers: HeadersInit = {}): Promise<Response> =>
  fetch(new URL(`/fetch/${SOURCE}${query}`, edge), { headers });

test('is fetched once, ingested as HDR, and sent with layers to who has the decoder', async () => {
  const first = await get();
  expect([first.status, first.headers.get('Content-Type')]).toEqual([200, 'image/jpeg']);
  const plain = new Uint8Array(await first.arrayBuffer());
  expect(await sharp(plain).metadata()).toMatchObject(SIZE);

  let layered: Response;
  do {
    layered = await get('', { Accept: ACCEPT });
    if (layered.headers.get('Afterglow')?.includes('pending') === true) {
      await layered.arrayBuffer();
      await new Promise((resolve) => setTimeout(resolve, 200));
    } else break;
  } while (layered.status === 200);
  expect(layered.headers.get('Afterglow')).toMatch(/^layered;layers=\d/);
  const file = new Uint8Array(await layered.arrayBuffer());
  const layout = readLayout(file);
  if (layout.kind !== 'layered') throw new Error('no layers came');
  expect(layout.header.headroom).toBeGreaterThan(1);
  expect(file.subarray(0, 2)).toEqual(plain.subarray(0, 2));
  expect(web.requests).toHaveLength(1);
}, 60_000);

test('goes to other browsers as a gain-map JPEG that libultrahdr reads', async () => {
  const response = await get('?hdr=gainmap');
  expect(response.headers.get('Afterglow')).toBe('gainmap');
  const { gainMap } = await sharp(Buffer.from(await response.arrayBuffer())).metadata();
  expect(gainMap).toBeDefined();
}, 60_000);
