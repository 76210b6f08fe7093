import { setTimeout as sleep } from 'node:timers/promises';
import sharp from 'sharp';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { parseLayoutIndex, readLayout } from '../../src/container/index.ts';
import { write } from '../../src/formats/index.ts';
import { phonePicture } from '../unit/origin/ultra-hdr-files.ts';
import { OriginProcess } from './origin-process.ts';

/** 200 uploads at once, half of them broken. */
const UPLOADS = 200;
const [WIDTH, HEIGHT] = [64, 48];
/** What the origin may have kept for itself in the end: allocators give back late, and never all. */
const MOST_GROWTH = 160 * 2 ** 20;
/** Clients come back sooner than they are told, as impatient ones do. */
const PAUSE = 150;

interface Upload {
  readonly name: string;
  readonly body: Uint8Array<ArrayBuffer>;
  /** The codes that explain what is wrong; none for a sound one. */
  readonly codes: readonly string[];
}

let origin: OriginProcess;
beforeAll(async () => {
  origin = await OriginProcess.start({ QUEUE_LIMIT: '24', MAX_PIXELS: '1000000', MAX_BODY_BYTES: '300000' });
});
afterAll(async () => {
  expect(await origin.stop()).toBe(0);
});

const owned = (bytes: Uint8Array): Uint8Array<ArrayBuffer> => Uint8Array.from(bytes);

function scene(seed: number) {
  const data = Float32Array.from(
    { length: WIDTH * HEIGHT * 3 },
    (_, i) => 0.5 + 0.4 * Math.sin((i % 191) / (5 + seed)) + (i % 997 === 0 ? 50 : 0),
  );
  return { width: WIDTH, height: HEIGHT, data, primaries: 'bt709', nitsPerUnit: null } as const;
}

async function soundUploads(): Promise<Upload[]> {
  const files = [
    ['exr', await write(scene(1), 'exr')],
    ['radiance', await write(scene(2), 'hdr')],
    ['pfm', await write(scene(3), 'pfm')],
    ['png of 16 bits', await write({ ...scene(4), nitsPerUnit: 100 }, 'png')],
    ['ultra hdr', (await phonePicture()).file],
    [
      'sdr',
      await sharp({ create: { width: 64, height: 48, channels: 3, background: '#68a' } })
        .jpeg()
        .toBuffer(),
    ],
  ] as const;
  return files.map(([name, bytes]) => ({ name, body: owned(bytes), codes: [] }));
}

async function brokenUploads(): Promise<Upload[]> {
  const [exr, pfm, { file: phone }] = [
    await write(scene(1), 'exr'),
    await write(scene(1), 'pfm'),
    await phonePicture(),
  ];
  const claim = Buffer.from('PF\n60000 60000\n-1.0\n');
  const nan = owned(pfm);
  new DataView(nan.buffer).setFloat32(nan.length - 400, NaN, true);
  const flipped = owned(exr).map((byte, i) => (i > 400 && i % 7 === 0 ? byte ^ 0x5a : byte));
  return [
    { name: 'cut exr', body: owned(exr.subarray(0, exr.length / 2)), codes: ['damaged'] },
    { name: 'scrambled exr', body: flipped, codes: ['damaged', 'non_finite_pixels', 'unsupported_feature'] },
    { name: 'a claim of 3.6 gigapixels', body: owned(claim), codes: ['too_large'] },
    { name: 'not a number', body: nan, codes: ['non_finite_pixels'] },
    { name: 'a text', body: owned(Buffer.from('this is no picture')), codes: ['unsupported_format'] },
    { name: 'nothing', body: new Uint8Array(0), codes: ['empty'] },
    { name: 'cut ultra hdr', body: owned(phone.subarray(0, phone.length - 40)), codes: ['damaged'] },
    { name: 'too many bytes', body: new Uint8Array(400_000), codes: ['body_too_large'] },
  ];
}

/** Posts until there is a place, as the edge does; counts how often there was none. */
async function encoded({ body }: Upload): Promise<{ response: Response; turnedAway: number }> {
  for (let turnedAway = 0; ; turnedAway++) {
    const response = await origin.post('/encode?layers=1', body);
    if (response.status !== 503) return { response, turnedAway };
    expect(Number(response.headers.get('Retry-After'))).toBeGreaterThan(0);
    expect(((await response.json()) as { code: string }).code).toBe('queue_full');
    await sleep(PAUSE);
  }
}

async function residentBytes(): Promise<number> {
  const metrics = await (await fetch(`${origin.url}/metrics`)).text();
  return Number(/^process_resident_memory_bytes (\S+)/m.exec(metrics)?.[1]);
}

test('an upload storm is weathered: the sound are encoded, the broken explained, the memory given back', async () => {
  const [sound, broken] = await Promise.all([soundUploads(), brokenUploads()]);
  // What is loaded once is loaded before.
  for (const upload of [...sound, ...broken]) await (await encoded(upload)).response.arrayBuffer();
  const before = await residentBytes();

  const uploads = Array.from({ length: UPLOADS }, (_, i) => {
    const kinds = i % 2 === 0 ? sound : broken;
    return kinds[(i >> 1) % kinds.length]!;
  });
  let answering = 0;
  const storm = { over: false };
  const watch = (async () => {
    while (!storm.over) {
      expect((await origin.health()).status).toBe('ok');
      answering++;
      await sleep(100);
    }
  })();
  const outcomes = await Promise.all(
    uploads.map(async (upload) => {
      const { response, turnedAway } = await encoded(upload);
      if (upload.codes.length > 0) {
        const problem = (await response.json()) as { code: string; detail: string };
        expect(response.status, upload.name).toBeLessThan(500);
        expect(upload.codes, upload.name).toContain(problem.code);
        expect(problem.detail.length).toBeGreaterThan(10);
        return { good: false, turnedAway };
      }
      expect([upload.name, response.status]).toEqual([upload.name, 200]);
      const file = new Uint8Array(await response.arrayBuffer());
      const index = parseLayoutIndex(response.headers.get('Afterglow-Layout') ?? '');
      expect(readLayout(file).kind).toBe(index.kind);
      expect(index.kind).toBe(upload.name === 'sdr' ? 'sdr' : 'layered');
      return { good: true, turnedAway };
    }),
  );
  storm.over = true;
  await watch;

  expect(outcomes.filter(({ good }) => good).length).toBe(UPLOADS / 2);
  // It was a storm: more came than there was room for, and the origin said so while it went on.
  expect(outcomes.filter(({ turnedAway }) => turnedAway > 0).length).toBeGreaterThan(0);
  expect(answering).toBeGreaterThan(3);
  expect(await origin.health()).toMatchObject({ status: 'ok', queue: 0, active: 0 });
  expect((await residentBytes()) - before).toBeLessThan(MOST_GROWTH);
  const again = await encoded(sound[0]!);
  expect(again.response.status).toBe(200);
  await again.response.arrayBuffer();
}, 120_000);
