import { execFileSync } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { compare } from '../../src/bench/comparison.ts';
import { readPoints } from '../../src/bench/points-file.ts';
import type { HdrPicture } from '../../src/codec/picture.ts';
import { decode, encode } from '../../src/codec/index.ts';
import { read, write } from '../../src/formats/index.ts';
import { nodeJpegCoder } from '../../src/inference/jpeg-node.ts';
import { measuredPicture, QualityReference } from '../../src/metrics/index.ts';

const shared = join(import.meta.dirname, '../../../shared');
const MEGAPIXELS = 0.2;
let folder: string;
let reference: HdrPicture;
const python = (...args: string[]): string =>
  execFileSync('/usr/bin/python3', [join(shared, 'tools/bench.py'), ...args], { encoding: 'utf8' });

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'afterglow-bench-'));
  const picture = await read(await readFile(join(shared, 'data/validation/desk.exr')));
  reference = measuredPicture(picture, MEGAPIXELS);
  await writeFile(join(folder, 'desk.pfm'), await write(picture, 'pfm'));
});
afterAll(() => rm(folder, { recursive: true }));

describe('the bench and bench.py', () => {
  test('make the same reference of a picture', async () => {
    python('prep', join(folder, 'desk.pfm'), '--out', join(folder, 'refs'), '--mp', String(MEGAPIXELS));
    const theirs = await read(await readFile(join(folder, 'refs/desk.pfm')));
    expect([theirs.width, theirs.height]).toEqual([reference.width, reference.height]);
    const off = reference.data.map((v, i) => Math.abs(v / theirs.data[i]! - 1));
    expect(off.reduce((a, b) => Math.max(a, b))).toBeLessThan(1e-4);
  });

  test.each([20, 90])('find the same quality of a base of quality %d', async (quality) => {
    const parts = { networks: null, jpeg: nodeJpegCoder() };
    const file = await encode(reference, { quality, layers: 0, nitsPerUnit: 1 }, parts);
    const decoded = await decode(file, {}, parts);
    await writeFile(join(folder, 'reference.pfm'), await write(reference, 'pfm'));
    await writeFile(join(folder, 'decoded.pfm'), await write(decoded, 'pfm'));
    const theirs = JSON.parse(
      python('metrics', join(folder, 'reference.pfm'), join(folder, 'decoded.pfm')),
    ) as Record<'pu_psnr_y' | 'pu_ssim' | 'pu_psnr_rgb' | 'de_itp', number>;
    const { width, height, data } = reference;
    const ours = new QualityReference(data, width, height).compare(decoded.data);
    expect(ours.puPsnrY).toBeCloseTo(theirs.pu_psnr_y, 3);
    expect(ours.puSsim).toBeCloseTo(theirs.pu_ssim, 5);
    expect(ours.puPsnrRgb).toBeCloseTo(theirs.pu_psnr_rgb, 3);
    expect(Math.abs(ours.deItp / theirs.de_itp - 1)).toBeLessThan(1e-3);
  });

  test('find the same BD-rates of the peers’ points', async () => {
    const anchors = join(shared, 'data/anchors/validation.tsv');
    const { tables, metrics } = compare(await readPoints(anchors), 'plain_base');
    const rows = tables[0]!.rows.map(({ peer, bdRates }) => ({ peer, bdRates }));
    const summary = python('summary', anchors, '--merge', 'jxt=jxt_a+jxt_b+jxt_c+jxt_c_r4');
    for (const [i, metric] of metrics.entries()) {
      const table = summary
        .split(`## BD-rate on ${metric.column}:`)[1]!
        .split('\n\n')[0]!
        .split('\n')
        .slice(1);
      const [header, ...lines] = table.map((line) => line.split('\t'));
      for (const [peer, name] of [
        ['jxt_a', 'jxt_a'],
        ['uhdr_api3', 'uhdr_api3'],
        ['avif444', 'avif444'],
        ['the best of JPEG XT', 'jxt'],
      ]) {
        const theirs = lines.find(([anchor]) => anchor === name)![header!.indexOf('plain_base')]!;
        const found = rows.find((row) => row.peer === peer)!.bdRates[i]!;
        expect(Math.abs(found.mean - Number.parseFloat(theirs)), `${metric.column} ${theirs}`).toBeLessThan(
          0.1,
        );
        expect(theirs).toContain(`(${found.pictures})`);
      }
    }
  });
});
