import { existsSync } from 'node:fs';
import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { projectWithPackage, type Project } from './installed.ts';

// What somebody has who installs the package: its three entry points with their types, and nothing that they do not need.

let project: Project;
beforeAll(async () => {
  project = await projectWithPackage();
  await writeFile(join(project.folder, 'package.json'), '{ "private": true, "type": "module" }');
  await writeFile(join(project.folder, 'page.ts'), PAGE);
  await writeFile(join(project.folder, 'node.ts'), NODE);
});
afterAll(() => project[Symbol.asyncDispose]());

const PAGE = `
import { configureDecoder, DecodeError, Decoder, display, HdrImage, type DynamicRange, type LayerShown } from 'afterglow/browser';
import { registerAfterglow, type RegisterOptions } from 'afterglow/service-worker';

configureDecoder({ workerUrl: '/decoder-worker.js' });
const element = document.createElement('hdr-image');
element.addEventListener('layer', ({ detail }) => {
  const shown: LayerShown = detail;
  console.log(shown.final);
});
element.addEventListener('error', ({ error }) => {
  if (error instanceof DecodeError) console.log(error.code.length);
});
element.addEventListener('load', function () {
  console.log(this.naturalWidth.toFixed());
});
const range: DynamicRange = element.dynamicRange;
const found: HdrImage | null = document.querySelector('hdr-image');
export async function show(canvas: HTMLCanvasElement): Promise<void> {
  for await (const state of new Decoder().decode('/picture.jpg')) {
    if (state.type === 'layer' && state.picture.encoding === 'linear') await display(canvas, state.picture);
  }
  const options: RegisterOptions = { cdn: '/images/' };
  (await registerAfterglow(options))?.setDynamicRange(range);
  console.log(found?.complete);
}
`;

const NODE = `
import { encode, nodeJpegCoder, readLayout, type HdrPicture } from 'afterglow';

const picture: HdrPicture = { width: 1, height: 1, data: new Float32Array(3), primaries: 'bt709', nitsPerUnit: 203 };
const file: Uint8Array = await encode(picture, { layers: 0 }, { networks: null, jpeg: nodeJpegCoder() });
console.log(readLayout(file).kind);
`;

const OPTIONS = [
  ...['--strict', '--exactOptionalPropertyTypes', '--noUncheckedIndexedAccess', '--noEmit'],
  // What the package declares has to be right, too, and to need nothing of Node's in a page (of its types there are none by default).
  ...['--skipLibCheck', 'false', '--target', 'es2022', '--lib', 'ES2023,DOM,DOM.Iterable'],
];

describe('the installed package', { timeout: 180_000 }, () => {
  test.each([
    ['bundler', 'esnext'],
    ['nodenext', 'nodenext'],
  ])('has types for a strict project, with moduleResolution %s', async (resolution, module) => {
    const options = [...OPTIONS, '--moduleResolution', resolution, '--module', module];
    expect(await project.run('tsc', ...options, 'page.ts', 'node.ts')).toBe('');
  });

  test('has types that say no, too', async () => {
    await writeFile(
      join(project.folder, 'wrong.ts'),
      `import 'afterglow/browser';\ndocument.createElement('hdr-image').addEventListener('layer', ({ detail }) => detail.nothing);`,
    );
    const options = [...OPTIONS, '--moduleResolution', 'bundler', '--module', 'esnext'];
    await expect(project.run('tsc', ...options, 'wrong.ts')).rejects.toThrow(
      /'nothing' does not exist on type 'LayerShown'/,
    );
  });

  test('can be imported by Node', async () => {
    const options = ['--target', 'es2022', '--module', 'nodenext', '--skipLibCheck'];
    await project.run('tsc', ...options, 'node.ts');
    expect(await project.run('node', 'node.js')).toBe('layered\n');
  });

  test('can be bundled for a page, with what lies beside the decoder', async () => {
    const bundled = await project.run('esbuild', 'page.ts', '--bundle', '--format=esm');
    expect(bundled).toContain('hdr-image');
    const site = join(project.folder, 'node_modules/afterglow/dist/site');
    for (const name of [
      'decoder-worker.js',
      'network-worker.js',
      'libjpeg-turbo.wasm',
      'models/manifest.json',
    ]) {
      expect(existsSync(join(site, name)), name).toBe(true);
    }
    for (const name of ['src', 'test', 'infra']) {
      expect(existsSync(join(project.folder, 'node_modules/afterglow', name)), name).toBe(false);
    }
  });

  test('says what the local stack needs beside it', async () => {
    await rm(join(project.folder, 'node_modules/miniflare'));
    const served = project.run('node', 'node_modules/afterglow/dist/cli/main.js', 'serve');
    await expect(served).rejects.toThrow('npm install miniflare @pmndrs/assets');
  });
});
