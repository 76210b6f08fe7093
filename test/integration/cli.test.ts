import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Info } from '../../src/cli/commands/info.ts';
import { appleExif, appleJpeg } from '../unit/formats/gain-map-files.ts';
import type { HdrPicture } from '../../src/codec/picture.ts';
import { read, write } from '../../src/formats/index.ts';

const MAIN = fileURLToPath(new URL('../../dist/cli/main.js', import.meta.url));

interface Result {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

let folder: string;
const at = (name: string): string => join(folder, name);

function afterglow(...args: string[]): Promise<Result> {
  return new Promise((resolve) => {
    execFile(process.execPath, [MAIN, ...args], { cwd: folder }, (error, stdout, stderr) => {
      const code = error === null ? 0 : typeof error.code === 'number' ? error.code : -1;
      resolve({ code, stdout, stderr });
    });
  });
}

async function succeed(...args: string[]): Promise<string> {
  const { code, stdout, stderr } = await afterglow(...args);
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  return stdout;
}

const info = async (name: string): Promise<Info> => JSON.parse(await succeed('info', name, '--json')) as Info;

/** A dark room with a lamp: six orders of magnitude, in units of which `scale` are one. */
function room(width: number, height: number, scale: number): HdrPicture {
  const data = new Float32Array(width * height * 3);
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++) {
      const lamp = 300 * Math.exp(-((x - width * 0.7) ** 2 + (y - height * 0.3) ** 2) / 12);
      const wall = 0.02 + (x / width) * 0.3 + (y / height) * 0.1;
      for (let c = 0; c < 3; c++)
        data[(y * width + x) * 3 + c] = scale * (lamp * [1, 0.9, 0.7][c]! + wall * [0.9, 1, 0.8][c]!);
    }
  return { width, height, data, primaries: 'bt709', nitsPerUnit: null };
}

/** Mean of log2(found / wanted) over the green samples: how many stops the scale is off. */
function stopsOff(found: HdrPicture, wanted: HdrPicture): number {
  let sum = 0;
  for (let i = 1; i < wanted.data.length; i += 3)
    sum += Math.log2(Math.max(found.data[i]!, 1e-9) / wanted.data[i]!);
  return sum / (wanted.data.length / 3);
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'afterglow-cli-'));
  await writeFile(at('room.pfm'), await write(room(52, 39, 1), 'pfm'));
  await writeFile(at('room.exr'), await write(room(52, 39, 1000), 'exr'));
  const grey = { create: { width: 20, height: 10, channels: 3 as const, background: '#888' } };
  await writeFile(at('plain.png'), await sharp(grey).png().toBuffer());
  await writeFile(
    at('noise.bin'),
    Uint8Array.from({ length: 2000 }, (_, i) => (i * 2654435761) >>> 11),
  );
});

afterAll(() => rm(folder, { recursive: true }));

describe('afterglow', () => {
  it('encodes, tells, cuts and decodes a PFM file', async () => {
    const flags = ['--quality', '30', '--layers', '2', '--providers', 'cpu', '--json'];
    const written: unknown = JSON.parse(await succeed('encode', 'room.pfm', 'room.jpg', ...flags));
    const file = await readFile(at('room.jpg'));
    expect(written).toMatchObject({
      output: 'room.jpg',
      bytes: file.length,
      width: 52,
      height: 39,
      provider: 'cpu',
    });

    const whole = await info('room.jpg');
    expect(whole).toMatchObject({ width: 52, height: 39, hdr: true, model: 'glow2026', gainMap: null });
    expect(whole.headroom).toBeGreaterThan(0);
    // Fewer than asked for, where the model finds nothing left to code; which depends on its weights.
    expect([1, 2]).toContain(whole.layers.length);
    const last = whole.layers.at(-1)!;
    const before = String(whole.layers.length - 1);
    expect(whole.layers.every(({ complete }) => complete)).toBe(true);
    const layerBytes = whole.layers.reduce((sum, { bytes }) => sum + bytes, 0);
    expect(whole.base!.bytes + whole.header!.bytes + layerBytes).toBe(file.length);

    await succeed('cut', 'room.jpg', 'sdr.jpg', '--hdr', '0');
    expect(await readFile(at('sdr.jpg'))).toEqual(file.subarray(0, whole.base!.bytes));
    expect(await info('sdr.jpg')).toMatchObject({ hdr: false, headroom: null, model: null, layers: [] });
    await succeed('cut', 'room.jpg', 'fewer.jpg', '--hdr', '1', '--layers', before);
    expect(await readFile(at('fewer.jpg'))).toEqual(file.subarray(0, file.length - last.bytes));
    expect((await info('fewer.jpg')).layers.at(-1)).toEqual({ bytes: last.bytes, complete: false });

    for (const [input, output, how] of [
      ['room.jpg', 'whole.pfm', []],
      ['fewer.jpg', 'fewer.exr', ['--no-post']],
      ['room.jpg', 'again.exr', ['--no-post', '--layers', before]],
      ['room.jpg', 'base.hdr', ['--layers', '0']],
    ] as const) {
      await succeed('decode', input, output, '--providers', 'cpu', ...how);
      const found = await read(await readFile(at(output)));
      expect([found.width, found.height]).toEqual([52, 39]);
      expect(Math.abs(stopsOff(found, room(52, 39, 1))), output).toBeLessThan(0.25);
    }
    expect(await readFile(at('again.exr'))).toEqual(await readFile(at('fewer.exr')));
  });

  it('post-processes a base without layers, unless told not to', async () => {
    await succeed('encode', 'room.pfm', 'bare.jpg', '--layers', '0', '--quality', '30');
    expect(await info('bare.jpg')).toMatchObject({ hdr: true, model: 'glow2026', layers: [] });
    await succeed('decode', 'bare.jpg', 'processed.pfm');
    await succeed('decode', 'bare.jpg', 'bare.pfm', '--no-post');
    expect(await readFile(at('processed.pfm'))).not.toEqual(await readFile(at('bare.pfm')));
  });

  it('encodes without any model', async () => {
    await succeed('encode', 'room.pfm', 'none.jpg', '--model', 'none', '--quality', '30');
    expect(await info('none.jpg')).toMatchObject({ hdr: true, model: null, layers: [] });
    await succeed('decode', 'none.jpg', 'none.pfm');
    expect(await readFile(at('none.pfm'))).toEqual(await readFile(at('bare.pfm')));
  });

  it('adds a gain map for those who ask, and decodes to AVIF and PNG', async () => {
    await succeed('encode', 'room.exr', 'mapped.jpg', '--model', 'none', '--gain-map');
    expect((await info('mapped.jpg')).gainMap!.bytes).toBeGreaterThan(1000);
    await succeed('cut', 'mapped.jpg', 'ultra.jpg', '--hdr', 'gainmap');
    expect(await info('ultra.jpg')).toMatchObject({ kind: 'ultrahdr', width: 52, height: 39, hdr: true });
    await succeed('decode', 'mapped.jpg', 'wide.avif', '--quality', '90');
    await succeed('decode', 'mapped.jpg', 'wide.bin', '--format', 'png');
    for (const name of ['wide.avif', 'wide.bin'])
      expect(await read(await readFile(at(name)))).toMatchObject({ width: 52, height: 39, hdr: true });
    // A file of its own base keeps it.
    await succeed('encode', 'ultra.jpg', 'again.jpg', '--model', 'none');
    await succeed('cut', 'again.jpg', 'sdr.jpg', '--hdr', '0');
    await succeed('cut', 'mapped.jpg', 'first.jpg', '--hdr', '0');
    expect(await readFile(at('sdr.jpg'))).toEqual(await readFile(at('first.jpg')));
  });

  it('gives back the units of an OpenEXR file', async () => {
    await succeed('encode', 'room.exr', 'units.jpg', '--layers', '0', '--nits-per-unit', '0.02');
    expect((await info('units.jpg')).nitsPerUnit).toBeCloseTo(0.02, 6);
    await succeed('decode', 'units.jpg', 'units.exr');
    const found = await read(await readFile(at('units.exr')));
    expect(Math.abs(stopsOff(found, room(52, 39, 1000)))).toBeLessThan(0.25);
  });

  it('passes a photographer’s JPEG through byte for byte', async () => {
    await succeed(
      'encode',
      'room.exr',
      'graded.jpg',
      '--layers',
      '0',
      '--quality',
      '55',
      '--tmo',
      'reinhard',
    );
    await succeed('cut', 'graded.jpg', 'given.jpg', '--hdr', '0');
    await succeed('encode', 'room.exr', 'own.jpg', '--layers', '0', '--sdr', 'given.jpg');
    const given = await readFile(at('given.jpg'));
    expect((await readFile(at('own.jpg'))).subarray(0, given.length)).toEqual(given);
  });

  it('does not mind a reader that has read enough', async () => {
    const child = spawn(process.execPath, [MAIN, 'info', 'room.jpg'], { cwd: folder });
    child.stdout.destroy();
    let said = '';
    child.stderr.setEncoding('utf8').on('data', (text: string) => (said += text));
    expect([await once(child, 'close'), said]).toEqual([[0, null], '']);
  });

  it('says nothing of GPUs where nobody asked for one', async () => {
    const result: unknown = JSON.parse(
      await succeed('encode', 'room.pfm', 'quiet.jpg', '--layers', '1', '--json'),
    );
    expect(result).toMatchObject({ provider: 'cpu' });
    await succeed('decode', 'quiet.jpg', 'quiet.pfm');
  });

  it('prints for people too', async () => {
    await succeed('encode', 'room.pfm', 'people.jpg', '--layers', '0');
    expect(await succeed('info', 'people.jpg')).toMatch(
      /^52 × 39, HDR, headroom [\d.]+ stops, model glow2026\nbase +\d/,
    );
  });

  it('says what a picture is that has not been encoded', async () => {
    const fixtures = new URL('../unit/formats/fixtures/', import.meta.url);
    await writeFile(at('pq.avif'), await readFile(new URL('pq-12bit.avif', fixtures)));
    await writeFile(at('map.jpg'), await appleJpeg(appleExif(1.2, 0.5)));
    expect(await info('pq.avif')).toMatchObject({
      kind: 'avif',
      width: 19,
      height: 37,
      hdr: true,
      base: null,
    });
    const map = await info('map.jpg');
    expect(map).toMatchObject({
      kind: 'ultrahdr',
      width: 64,
      height: 32,
      hdr: true,
      layers: [],
      header: null,
    });
    expect(map.headroom).toBeCloseTo(2.1515, 3);
    expect(map.base!.bytes + map.gainMap!.bytes).toBe((await readFile(at('map.jpg'))).length);
    expect(await succeed('info', 'map.jpg')).toMatch('64 × 32, HDR, ultrahdr, headroom 2.15 stops');
  });

  it('says what a picture is by its beginning, however long its file', async () => {
    const fixtures = new URL('../unit/formats/fixtures/', import.meta.url);
    await writeFile(at('long.avif'), await readFile(new URL('pq-12bit.avif', fixtures)));
    await truncate(at('long.avif'), 3 * 2 ** 30);
    expect(await info('long.avif')).toMatchObject({ kind: 'avif', width: 19, height: 37, hdr: true });
  });

  it.each([
    ['a file that is not there', ['encode', 'absent.exr', 'x.jpg'], 'ENOENT'],
    ['rubbish', ['encode', 'noise.bin', 'x.jpg'], 'unsupported_format'],
    ['an SDR picture', ['encode', 'plain.png', 'x.jpg'], 'not_hdr'],
    ['no picture', ['info', 'noise.bin'], 'unsupported_format'],
    ['no JPEG to decode', ['decode', 'room.pfm', 'x.pfm'], 'not_jpeg'],
    ['an unknown model', ['encode', 'room.pfm', 'x.jpg', '--model', 'unheard-of'], 'model_unknown'],
    ['a folder that is not there', ['encode', 'room.pfm', 'absent/x.jpg', '--layers', '0'], 'ENOENT'],
  ])('exits 1 for %s, with one line', async (_, args, code) => {
    const people = await afterglow(...args);
    expect(people).toMatchObject({ code: 1, stdout: '' });
    expect(people.stderr).toMatch(/^afterglow: [^\n]+\n$/);
    const machine = await afterglow(...args, '--json');
    expect(machine.code).toBe(1);
    expect(JSON.parse(machine.stderr)).toMatchObject({ code });
    expect(await readdir(folder)).not.toContain('x.jpg');
  });

  it('exits 1 where there is no gain map', async () => {
    await succeed('encode', 'room.pfm', 'plain.jpg', '--layers', '0');
    expect(await afterglow('cut', 'plain.jpg', 'x.jpg', '--hdr', 'gainmap')).toMatchObject({ code: 1 });
  });

  it.each([
    [[]],
    [['melt']],
    [['encode', 'room.pfm']],
    [['encode', 'room.pfm', 'x.jpg', '--quality', '0']],
    [['encode', 'room.pfm', 'x.jpg', '--layers', '1.5']],
    [['encode', 'room.pfm', 'x.jpg', '--nits-per-unit', '-1']],
    [['encode', 'room.pfm', 'x.jpg', '--model', 'none', '--layers', '1']],
    [['encode', 'room.pfm', 'x.jpg', '--providers', 'cpu,abacus']],
    [['decode', 'room.jpg', 'x.webp']],
    [['cut', 'room.jpg', 'x.jpg']],
    [['cut', 'room.jpg', 'x.jpg', '--hdr', '2']],
    [['info', 'room.jpg', '--verbose']],
  ])('exits 2 for %j', async (args) => {
    const { code, stdout, stderr } = await afterglow(...args);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).not.toBe('');
  });

  it('exits 0 for help and version', async () => {
    expect(await succeed('--help')).toContain('encode');
    expect(await succeed('encode', '--help')).toContain('--nits-per-unit');
    expect(await succeed('--version')).toMatch(/^\d+\.\d+\.\d+\n$/);
  });

  it('leaves no unfinished file behind', async () => {
    expect((await readdir(folder)).filter((name) => name.endsWith('.part'))).toEqual([]);
  });
});
