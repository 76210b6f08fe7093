import { randomBytes } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Miniflare } from 'miniflare';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { LayeredDecoder, pqEncode } from '../../src/codec/index.ts';
import { readLayer, readLayout } from '../../src/container/index.ts';
import { read, write } from '../../src/formats/index.ts';
import { nodeJpegCoder } from '../../src/inference/jpeg-node.ts';
import { loadNetworks } from '../../src/inference/node.ts';
import { edgeOptions } from '../../src/local/miniflare-options.ts';
import { readSample, SAMPLES } from '../../src/local/samples.ts';
import { fetchAgain } from './idle-socket.ts';
import { OriginProcess } from './origin-process.ts';

/** The whole way of a picture, nothing faked: workerd with R2 and a queue, the origin as a process, the shipped model. */

const TOKEN = 'the uploader’s token';
const ACCEPT = 'image/vnd.afterglow,image/jpeg;q=0.8';
const SECRET = randomBytes(24).toString('hex');

let origin: OriginProcess;
let miniflare: Miniflare;
let edge: URL;

beforeAll(async () => {
  origin = await OriginProcess.start({ ORIGIN_SECRET: SECRET });
  miniflare = new Miniflare(
    edgeOptions({
      scriptPath: 'dist/edge/worker.js',
      originUrl: origin.url,
      originSecret: SECRET,
      uploadToken: encodeURIComponent(TOKEN),
      retryDelaySeconds: 1,
    }),
  );
  edge = await miniflare.ready;
});
afterAll(async () => {
  await miniflare.dispose();
  await origin.stop();
});

const get = (path: string, init?: RequestInit): Promise<Response> => fetchAgain(new URL(path, edge), init);
const bytesOf = async (path: string, init?: RequestInit): Promise<Uint8Array> => {
  const response = await get(path, init);
  expect(response.status).toBe(200);
  return new Uint8Array(await response.arrayBuffer());
};
const put = (key: string, body: Uint8Array): Promise<Response> =>
  get(`/images/${key}`, {
    method: 'PUT',
    body: new Uint8Array(body),
    headers: { Authorization: `Bearer ${encodeURIComponent(TOKEN)}` },
  });

interface Job {
  status: string;
  attempts: number;
  problem?: { code: string };
}

async function jobEnd(location: string | null): Promise<Job> {
  for (let tries = 0; tries < 600; tries++) {
    const job = (await (await get(location ?? '')).json()) as Job;
    if (job.status === 'done' || job.status === 'failed') return job;
    await sleep(100);
  }
  throw new Error('the job does not end');
}

async function stored(): Promise<string[]> {
  const lists = await Promise.all(
    ['MASTERS', 'RENDITIONS'].map(async (name) => (await miniflare.getR2Bucket(name)).list()),
  );
  return lists.flatMap(({ objects }) => objects.map(({ key }) => key));
}

const venice = await readSample(SAMPLES[0]!);

describe('a picture goes the whole way', () => {
  test.each(['exr', 'hdr'] as const)('an upload of %s ends as one JPEG for every client', async (kind) => {
    const picture = await read(venice);
    const upload = await put(`a.${kind}`, kind === 'exr' ? venice : await write(picture, 'hdr'));
    expect(upload.status).toBe(202);
    expect(await jobEnd(upload.headers.get('Location'))).toMatchObject({ status: 'done' });

    const plain = await bytesOf(`/images/a.${kind}`);
    const sdr = await bytesOf(`/images/a.${kind}?hdr=0`);
    const layered = await bytesOf(`/images/a.${kind}?hdr=1`);
    expect(Buffer.compare(plain, sdr)).toBe(0);
    expect(layered.length).toBeGreaterThan(sdr.length);
    expect(Buffer.compare(layered.subarray(0, sdr.length), sdr)).toBe(0);

    const negotiated = await get(`/images/a.${kind}`, { headers: { Accept: ACCEPT } });
    expect(negotiated.headers.get('Vary')).toContain('Accept');
    // Fewer layers than four where the first of them would say next to nothing.
    expect(negotiated.headers.get('Afterglow')).toMatch(/^layered;layers=([34]);of=\1;model="glow2026"$/);
    expect(Buffer.compare(new Uint8Array(await negotiated.arrayBuffer()), layered)).toBe(0);

    for (const file of [sdr, layered]) {
      expect(await sharp(file).metadata()).toMatchObject({ format: 'jpeg', width: 512, height: 256 });
    }
    expect(await (await get(`/images/a.${kind}/info`)).json()).toMatchObject({
      width: 512,
      height: 256,
      hdr: true,
    });
  });

  test('what arrives decodes to the picture that was sent, better with every layer', async () => {
    const file = await bytesOf('/images/a.exr?hdr=1');
    const networks = await loadNetworks({ modelsFolder: 'models', providers: ['cpu'] });
    const layout = readLayout(file);
    if (layout.kind !== 'layered') throw new Error('no layers arrived');
    const decoder = await LayeredDecoder.create(file, { networks, jpeg: nodeJpegCoder() });
    const reference = await read(venice);
    const errors: number[] = [];
    for (let k = 0; k <= layout.layers.length; k++) {
      if (k > 0) await decoder.addLayer(readLayer(file, layout, k - 1));
      const { data } = await decoder.picture({ post: false });
      let squares = 0;
      data.forEach(
        (v, i) => (squares += (v - pqEncode(reference.data[i]! * layout.header.nitsPerUnit)) ** 2),
      );
      errors.push(Math.sqrt(squares / data.length));
    }
    expect(errors.length).toBeGreaterThanOrEqual(4);
    for (let k = 1; k < errors.length; k++) expect(errors[k]).toBeLessThan(errors[k - 1]!);
    expect(errors.at(-1)).toBeLessThan(0.02);
    await networks.release();
  });

  test('a narrower rendition is made on demand, in both representations', async () => {
    const sdr = await bytesOf('/images/a.exr?hdr=0&w=128');
    expect(await sharp(sdr).metadata()).toMatchObject({ width: 128, height: 64 });
    for (let tries = 0; tries < 300; tries++) {
      const response = await get('/images/a.exr?hdr=1&w=128');
      const bytes = new Uint8Array(await response.arrayBuffer());
      expect(Buffer.compare(bytes.subarray(0, sdr.length), sdr)).toBe(0);
      if (!(response.headers.get('Afterglow') ?? '').includes('pending')) {
        expect(bytes.length).toBeGreaterThan(sdr.length);
        return;
      }
      await sleep(100);
    }
    throw new Error('the layers of the narrow rendition never came');
  });
});

describe('bad uploads get a problem document and leave nothing behind', () => {
  const header = (width: number, height: number): Uint8Array =>
    new TextEncoder().encode(`#?RADIANCE\nFORMAT=32-bit_rle_rgbe\n\n-Y ${height} +X ${width}\n`);
  const nan = async (value: number): Promise<Uint8Array> => {
    const data = new Float32Array(16 * 16 * 3).fill(1);
    data[100] = value;
    return write({ width: 16, height: 16, data, primaries: 'bt709', nitsPerUnit: null }, 'pfm');
  };
  test.each([
    ['empty', () => new Uint8Array(0), 'empty_upload'],
    ['random bytes', () => new Uint8Array(randomBytes(5000)), 'unsupported_format'],
    ['a truncated EXR', () => venice.subarray(0, venice.length / 2), 'damaged'],
    ['100,000 × 100,000', () => header(100_000, 100_000), 'too_large'],
    ['NaN', () => nan(Number.NaN), 'non_finite_pixels'],
    ['Inf', () => nan(Number.POSITIVE_INFINITY), 'non_finite_pixels'],
  ] as const)('%s', async (_, make, code) => {
    const before = await stored();
    const response = await put('bad.exr', await make());
    expect(response.status).toBeGreaterThanOrEqual(400);
    expect(response.status).toBeLessThan(500);
    expect(response.headers.get('Content-Type')).toBe('application/problem+json');
    expect(await response.json()).toMatchObject({ code });
    expect(await stored()).toEqual(before);
    expect((await get('/images/bad.exr')).status).toBe(404);
  });

  test('no token', async () => {
    const before = await stored();
    const response = await get('/images/bad.exr', { method: 'PUT', body: new Uint8Array(venice) });
    expect(response.status).toBe(401);
    expect(await response.json()).toMatchObject({ code: 'unauthorized' });
    expect(await stored()).toEqual(before);
  });
});

describe('the origin dies in the middle of a job', () => {
  test('and is started again: the picture is encoded, once', async () => {
    const width = 1280;
    const height = 960;
    const data = Float32Array.from({ length: width * height * 3 }, (_, i) => 0.2 + ((i * 7919) % 101) / 100);
    const large = await write({ width, height, data, primaries: 'bt709', nitsPerUnit: null }, 'pfm');
    const upload = await put('large.pfm', large);
    expect(upload.status).toBe(202);
    while ((await origin.health()).active !== 1) await sleep(10);
    await origin.kill();
    origin = await OriginProcess.start({ ORIGIN_SECRET: SECRET, ORIGIN_PORT: new URL(origin.url).port });
    expect(await jobEnd(upload.headers.get('Location'))).toMatchObject({ status: 'done' });
    const renditions = (await stored()).filter((name) => name.includes('layered'));
    expect(new Set(renditions).size).toBe(renditions.length);
    const first = await get('/images/large.pfm?hdr=1');
    expect(first.headers.get('Afterglow')).toContain('layered');
    await first.body?.cancel();
  });
});

describe('the local stack', () => {
  test('refuses two servers on one port, in words', async () => {
    const { readLocalConfig } = await import('../../src/local/config.ts');
    expect(() => readLocalConfig({ EDGE_PORT: '8788' })).toThrow('must differ');
    expect(() => readLocalConfig({ EDGE_PORT: 'x' })).toThrow('EDGE_PORT');
    expect(readLocalConfig({}).uploadToken.length).toBeGreaterThanOrEqual(20);
  });

  test('the samples are OpenEXR files', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'afterglow-'));
    for (const sample of SAMPLES) {
      const bytes = await readSample(sample);
      await writeFile(join(folder, sample.key), bytes);
      expect(await read(bytes)).toMatchObject({ width: 512, height: 256 });
    }
    await rm(folder, { recursive: true });
  });
});
