import { randomBytes } from 'node:crypto';
import { Miniflare } from 'miniflare';
import type { MiniflareOptions } from 'miniflare';
import sharp from 'sharp';
import { layoutIndex, readLayout, writeLayered } from '../../../src/container/index.ts';
import { edgeOptions } from '../../../src/local/miniflare-options.ts';
import { ORIGIN_SECRET } from '../../runtime/fake-origin.ts';

/** What the bench needs of a server: where it is, and how it ends. */
export interface Server {
  readonly url: string;
  readonly stop: () => Promise<void>;
}

export interface EdgeServer extends Server {
  readonly miniflare: Miniflare;
}

export const TOKEN = 'bench';

/** The worker in workerd, as the tests run it. */
export async function startEdge(
  originUrl: string,
  platform: Partial<MiniflareOptions> = {},
): Promise<EdgeServer> {
  const miniflare = new Miniflare({
    ...edgeOptions({
      scriptPath: 'dist/edge/worker.js',
      originUrl,
      originSecret: ORIGIN_SECRET,
      uploadToken: TOKEN,
    }),
    ...platform,
  } as MiniflareOptions);
  const url = (await miniflare.ready).origin;
  return { url, miniflare, stop: () => miniflare.dispose() };
}

/** Puts a finished picture into the edge's buckets, as an upload and its job would have. */
export async function putRendition(
  { miniflare }: EdgeServer,
  key: string,
  kind: 'base' | 'layered',
  file: Uint8Array,
): Promise<void> {
  const masters = await miniflare.getR2Bucket('MASTERS');
  const renditions = await miniflare.getR2Bucket('RENDITIONS');
  const generation = `bench-${key}`;
  const layout = readLayout(file);
  const pointer = {
    key,
    generation,
    job: generation,
    encoder: '1',
    master: { name: `masters/${generation}`, etag: 'x', bytes: 1, sha256: '' },
    probe: { kind: 'exr', width: 1600, height: 1200, hdr: true, headroom: 3 },
    uploadedAt: new Date(0).toISOString(),
  };
  await masters.put(`images/${key}.json`, JSON.stringify(pointer));
  await renditions.put(`${generation}/1/original/${kind}.jpg`, file, {
    customMetadata: { layout: layoutIndex(layout), key },
  });
}

/** A JPEG with as much detail as a photograph has: soft shapes and film grain. */
export async function photograph(width: number, height: number): Promise<Buffer> {
  const shapes = sharp(randomBytes(24 * 18 * 3), { raw: { width: 24, height: 18, channels: 3 } })
    .resize(width, height, { kernel: 'cubic' })
    .composite([
      {
        input: {
          create: {
            width,
            height,
            channels: 3,
            background: '#808080',
            noise: { type: 'gaussian', mean: 128, sigma: 12 },
          },
        },
        blend: 'soft-light',
      },
    ]);
  return shapes.jpeg({ quality: 80 }).toBuffer();
}

/** A layered file of about `bytes` bytes; its layers are noise, which the edge never looks at. */
export async function layeredFile(bytes: number): Promise<Uint8Array> {
  const base = await photograph(1600, 1200);
  const curve = Uint16Array.of(0, 40_000);
  return writeLayered({
    base,
    header: {
      modelId: 'bench',
      modelDigest: new Uint8Array(32),
      width: 1600,
      height: 1200,
      primaries: 1,
      nitsPerUnit: 203,
      headroom: 3,
      inverseToneCurve: [curve, curve, curve],
      tile: { core: 512, encoder: 32, decoder: 48, post: 64 },
    },
    layers: [{ data: new Uint8Array(randomBytes(bytes - base.length)), range: 1 }],
  });
}
