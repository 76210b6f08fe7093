import { execFile } from 'node:child_process';
import { chmod, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { write } from '../../src/formats/index.ts';
import { picture, ramp } from '../unit/metrics/pictures.ts';

const MAIN = fileURLToPath(new URL('../../dist/cli/main.js', import.meta.url));

let folder: string;
const at = (name: string): string => join(folder, name);

interface Result {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Only the programs of the test's own folder are on the PATH. */
function bench(args: readonly string[], env: NodeJS.ProcessEnv = {}): Promise<Result> {
  return new Promise((resolve) => {
    const options = { cwd: folder, env: { ...process.env, PATH: at('bin'), HDRVDP_HOME: '', ...env } };
    execFile(process.execPath, [MAIN, 'bench', ...args], options, (error, stdout, stderr) => {
      resolve({ code: error === null ? 0 : Number(error.code), stdout, stderr });
    });
  });
}

async function program(name: string, script: string): Promise<void> {
  await writeFile(at(`bin/${name}`), `#!/bin/sh\n${script}\n`);
  await chmod(at(`bin/${name}`), 0o755);
}

const points = async (): Promise<string[]> =>
  (await readFile(at('out/points.tsv'), 'utf8')).trim().split('\n').slice(1);

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'afterglow-bench-'));
  await mkdir(at('bin'));
  await mkdir(at('pictures'));
  await mkdir(at('hdrvdp'));
  await mkdir(at('empty'));
  await writeFile(at('hdrvdp/hdrvdp.m'), '');
  await writeFile(at('pictures/a ramp.pfm'), await write(picture(ramp(80, 64), 80, 64), 'pfm'));
  // A codec that copies: its loss is that of 16-bit PQ.
  await program('cjxl', 'for last; do before=$now; now=$last; done; /bin/cp "$before" "$now"');
  await program('djxl', '/bin/cp "$1" "$2"');
  // Half a codec is none, and one that fails is left out.
  await program('avifenc', 'exit 0');
  await program('jpeg', 'echo no memory >&2; exit 3');
});
afterAll(() => rm(folder, { recursive: true }));

describe('afterglow bench', () => {
  const run = ['pictures', '--out', 'out', '--qualities', '20,60,95', '--layers', '1', '--json'];

  it('measures ours and the codecs that are there', async () => {
    const { code, stdout, stderr } = await bench(run);
    expect(code, stderr).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({
      ours: expect.stringMatching(/^afterglow-/) as string,
      images: ['a_ramp'],
      hdrVdp: false,
      report: 'out/report.html',
    });
    expect((JSON.parse(stdout) as { peers: string[] }).peers).toEqual([
      'jxt_a',
      'jxt_b',
      'jxt_c',
      'jxt_c_r4',
      'jxl',
    ]);
    expect(stderr).toContain('no memory');

    const rows = (await points()).map((row) => row.split('\t'));
    expect(rows.filter(([, codec]) => codec === 'jxl')).toHaveLength(8);
    expect(rows.filter(([, codec]) => codec?.startsWith('jxt'))).toEqual([]);
    for (const row of rows.filter(([, codec]) => codec === 'jxl'))
      expect(Number(row[13])).toBeGreaterThan(60);
    const ours = rows.filter(([, codec]) => codec?.startsWith('afterglow-'));
    expect(ours.map(([, , point]) => point)).toContain('q=20,layers=0');
    for (const [, , , width, height, bytes, base] of ours) {
      expect([width, height]).toEqual(['80', '64']);
      expect(Number(bytes)).toBeGreaterThan(Number(base));
    }
    expect(await readFile(at('out/report.html'), 'utf8')).toContain('a_ramp, bright');
  });

  it('does not measure again what it has', async () => {
    const before = await points();
    const { code } = await bench(run);
    expect([code, await points()]).toEqual([0, before]);
  });

  it('adds HDR-VDP to what it has, as soon as that is there', async () => {
    await program('octave-cli', 'while read -r line; do [ -z "$line" ] || printf "Q\\t42.5\\n"; done');
    const { code, stdout, stderr } = await bench(run, { HDRVDP_HOME: at('hdrvdp') });
    expect(code, stderr).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ hdrVdp: true });
    const added = (await points()).filter((row) => row.endsWith('\t42.50000'));
    expect(added.length).toBe((await points()).length / 2);
  });

  it('says why HDR-VDP failed', async () => {
    await program('octave-cli', 'printf "error\\tno such function\\n"');
    const { code, stderr } = await bench([...run, '--out', 'again'], { HDRVDP_HOME: at('hdrvdp') });
    expect(code).toBe(1);
    expect(JSON.parse(stderr)).toMatchObject({
      code: 'hdrvdp_failed',
      message: 'HDR-VDP failed: no such function',
    });
  });

  it('prints a table for people', async () => {
    const { stdout } = await bench(run.slice(0, -1));
    expect(stdout).toMatch(/^against +PU21-PSNR, luminance/m);
    expect(stdout).toContain('HDR-VDP-2 was not measured');
  });

  it('refuses a folder without pictures, and wrong qualities', async () => {
    expect(await bench(['empty'])).toMatchObject({ code: 1, stdout: '' });
    expect(await bench(['pictures', '--qualities', '10,x'])).toMatchObject({ code: 2, stdout: '' });
  });
});
