import { execFileSync } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import sharp from 'sharp';
import { expect, test } from 'vitest';
import { encode } from '../../src/codec/index.ts';
import { cut } from '../../src/container/index.ts';
import { read } from '../../src/formats/index.ts';
import { nodeJpegCoder } from '../../src/inference/jpeg-node.ts';
import { loadNetworks } from '../../src/inference/node.ts';

const picture = join(import.meta.dirname, '../../../shared/data/validation/bonita.exr');

test('libjpeg-turbo’s djpeg and sharp see the same picture with and without layers', async () => {
  const networks = await loadNetworks({ modelsFolder: 'models', providers: ['cpu'] });
  const layered = await encode(await read(await readFile(picture)), {}, { networks, jpeg: nodeJpegCoder() });
  await networks.release();
  const sdr = cut(layered, { hdr: '0' });
  expect(layered.length).toBeGreaterThan(sdr.length);

  const [ofSdr, ofLayered] = [sdr, layered].map((input) =>
    execFileSync('djpeg', ['-ppm'], { input, maxBuffer: 2 ** 28, stdio: ['pipe', 'pipe', 'pipe'] }),
  );
  expect(ofSdr!.subarray(0, 15).toString('latin1')).toContain('550 832');
  expect(Buffer.compare(ofSdr!, ofLayered!)).toBe(0);
  const pixels = (bytes: Uint8Array): Promise<Buffer> => sharp(bytes, { ignoreIcc: true }).raw().toBuffer();
  expect(Buffer.compare(await pixels(sdr), await pixels(layered))).toBe(0);
  expect(Buffer.compare(await pixels(sdr), ofSdr!.subarray(ofSdr!.length - 550 * 832 * 3))).toBe(0);
});
