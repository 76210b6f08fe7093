// Bundles every entry point into dist/. Node's packages stay external; the edge and the browser get all they need.
import { existsSync } from 'node:fs';
import { build } from 'esbuild';
import { copySite } from './site.js';

const node = {
  index: 'src/index.ts',
  'cli/main': 'src/cli/main.ts',
  'origin/main': 'src/origin/main.ts',
  'origin/render-worker': 'src/origin/render-worker.ts',
  'local/main': 'src/local/main.ts',
};
const browser = {
  'browser/index': 'src/browser/index.ts',
  'browser/decoder-worker': 'src/browser/decoder-worker.ts',
  'browser/network-worker': 'src/browser/network/network-worker.ts',
  'browser/painter-worker': 'src/browser/display/painter-worker.ts',
  'browser/ultra-hdr-maker': 'src/browser/ultra-hdr/ultra-hdr-maker.ts',
  'browser/ultra-hdr-worker': 'src/browser/ultra-hdr/ultra-hdr-worker.ts',
  'browser/service-worker': 'src/browser/service-worker/worker.ts',
  'browser/register': 'src/browser/service-worker/index.ts',
  'site/page': 'src/browser/page/page.ts',
};
const edge = { 'edge/worker': 'src/edge/worker.ts' };

// Only what is there: a room that is not built yet is not an error while the house is going up.
const present = (entries) =>
  Object.fromEntries(Object.entries(entries).filter(([, path]) => existsSync(path)));
const common = { bundle: true, format: 'esm', sourcemap: true, outdir: 'dist', logLevel: 'warning' };

await Promise.all([
  build({
    ...common,
    entryPoints: present(node),
    platform: 'node',
    target: 'node20',
    packages: 'external',
    // A command of the command line loads only what it needs. Chunks lie as deep as entry points do, since both find
    // their neighbours by relative paths.
    splitting: true,
    chunkNames: 'chunks/[name]-[hash]',
  }),
  build({
    ...common,
    entryPoints: present(browser),
    platform: 'browser',
    target: 'es2022',
    minify: true,
    // The wasm JPEG decoder names them in the branch that only Node takes.
    external: ['fs', 'path'],
    // onnxruntime-web then loads its wasm from where we serve it, and does not carry a second copy of its loader.
    conditions: ['onnxruntime-web-use-extern-wasm', 'module'],
  }),
  build({
    ...common,
    entryPoints: present(edge),
    platform: 'browser',
    conditions: ['workerd', 'worker', 'browser'],
    target: 'es2022',
    external: ['cloudflare:*', 'node:*'],
  }),
]);

await copySite();
