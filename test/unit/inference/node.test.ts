import { cp, mkdtemp, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { parseManifest } from '../../../src/inference/manifest.ts';
import { assertProvider, loadNetworks, type LoadedNetworks } from '../../../src/inference/node.ts';

const modelsFolder = fileURLToPath(new URL('../../../models/', import.meta.url));
const manifestText = await readFile(join(modelsFolder, 'manifest.json'), 'utf8');
const manifest = parseManifest(manifestText);

describe('the default model, on the CPU', () => {
  const unavailable: string[] = [];
  let networks: LoadedNetworks;
  beforeAll(async () => {
    networks = await loadNetworks({
      modelsFolder,
      providers: ['cpu'],
      threads: 1,
      onUnavailable: (provider) => unavailable.push(provider),
    });
  });
  afterAll(() => networks.release());

  test('says what it is and what it runs on', () => {
    expect(networks.model.id).toBe(manifest.default);
    expect(networks.provider).toBe('cpu');
    expect(unavailable).toEqual([]);
  });
});

describe.each(Object.keys(manifest.models))('%s', (model) => {
  test('has the shapes that the codec relies on', async () => {
    const networks = await loadNetworks({ modelsFolder, model, providers: ['cpu'], threads: 1 });
    const residual = { data: new Float32Array(2 * 3 * 48 * 32).fill(0.25), dims: [2, 3, 48, 32] as const };
    expect(networks.family).toBe(manifest.models[model]!.family);
    if (networks.family === 'glow2026') {
      expect((await networks.enhance(residual, residual)).dims).toEqual(residual.dims);
      return networks.release();
    }
    const code = await networks.encode(residual);
    expect(code.dims).toEqual([2, 32, 3, 2]);
    expect(code.data.every((value) => value >= 0 && value <= 1)).toBe(true);
    const bits = { dims: code.dims, data: code.data.map((value) => (value > 0.5 ? 1 : 0)) };
    const decoded = await networks.decode(bits);
    expect(decoded.dims).toEqual(residual.dims);
    expect((await networks.post(decoded)).dims).toEqual(residual.dims);
    await networks.release();
  });
});

describe('execution providers', () => {
  test('the first that works is used, and why the others do not is told', async () => {
    // A machine that has the first of them uses it; either way the one in use is the first that is not reported.
    const reported: string[] = [];
    const networks = await loadNetworks({
      modelsFolder,
      providers: ['cuda', 'cpu'],
      threads: 1,
      onUnavailable: (provider, cause) => {
        expect(cause).toBeInstanceOf(Error);
        reported.push(provider);
      },
    });
    expect([...reported, networks.provider]).toEqual(reported.length === 0 ? ['cuda'] : ['cuda', 'cpu']);
    await networks.release();
  });

  test('names that are none are refused', () => {
    expect(() => {
      assertProvider('tpu');
    }).toThrow(expect.objectContaining({ code: 'provider_unknown' }));
  });

  test('without any, loading fails by name', async () => {
    await expect(loadNetworks({ modelsFolder, providers: [] })).rejects.toMatchObject({
      code: 'provider_unavailable',
    });
  });
});

describe('a models folder', () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'afterglow-models-'));
    await cp(join(modelsFolder, manifest.default), join(folder, manifest.default), { recursive: true });
  });
  afterAll(() => rm(folder, { recursive: true }));

  test('without a manifest', async () => {
    const refusal = { code: 'model_file_missing' };
    await expect(loadNetworks({ modelsFolder: folder })).rejects.toMatchObject(refusal);
  });

  test('with a model file that is not the one of the manifest', async () => {
    await writeFile(join(folder, 'manifest.json'), manifestText);
    const [first] = Object.values(manifest.models[manifest.default]!.files);
    await truncate(join(folder, first!.path), 1000);
    const refusal = { code: 'model_file_damaged' };
    await expect(loadNetworks({ modelsFolder: folder })).rejects.toMatchObject(refusal);
    await expect(loadNetworks({ modelsFolder: folder, model: 'none' })).rejects.toMatchObject({
      code: 'model_unknown',
    });
  });
});
