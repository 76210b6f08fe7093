// Puts the complete static site into dist/site/: one folder to serve at the edge's root, no file of it above 25 MiB.
import { cp, mkdir, readFile, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { brotliCompress, brotliDecompress, constants } from 'node:zlib';

const SITE = 'dist/site';
const PAGE = 'src/browser/page';
const require = createRequire(import.meta.url);

/** onnxruntime-web's two builds that src/inference/web-runtime.ts chooses between. */
const RUNTIMES = ['ort-wasm-simd-threaded', 'ort-wasm-simd-threaded.jspi'];
const LIBJPEG_TURBO = '@cornerstonejs/codec-libjpeg-turbo-8bit/decodewasm';

export async function copySite() {
  const manifest = JSON.parse(await readFile('models/manifest.json', 'utf8'));
  // Under its digest a file never changes: browsers keep it, and a page that is open meets the model that it knows.
  const models = Object.entries(manifest.models).flatMap(([id, { files }]) =>
    Object.values(files).map(({ path, sha256 }) => [`models/${id}/${sha256}`, join('models', path)]),
  );
  const files = {
    'index.html': join(PAGE, 'index.html'),
    'style.css': join(PAGE, 'style.css'),
    'decoder-worker.js': 'dist/browser/decoder-worker.js',
    'ultra-hdr-maker.js': 'dist/browser/ultra-hdr-maker.js',
    'network-worker.js': 'dist/browser/network-worker.js',
    'painter-worker.js': 'dist/browser/painter-worker.js',
    'ultra-hdr-worker.js': 'dist/browser/ultra-hdr-worker.js',
    'service-worker.js': 'dist/browser/service-worker.js',
    'libjpeg-turbo.wasm': require.resolve(LIBJPEG_TURBO),
    'models/manifest.json': 'models/manifest.json',
    ...Object.fromEntries(models),
    ...Object.fromEntries(
      RUNTIMES.flatMap((name) => [`${name}.mjs`, `${name}.wasm`]).map((name) => [
        `ort/${name}`,
        require.resolve(`onnxruntime-web/${name}`),
      ]),
    ),
  };
  for (const [to, from] of Object.entries(files)) {
    await mkdir(dirname(join(SITE, to)), { recursive: true });
    await cp(from, join(SITE, to));
  }
  await Promise.all(['page.js', ...Object.keys(files)].map((name) => precompress(join(SITE, name))));
}

/** Puts `NAME.br` beside a file, as src/edge/precompressed.ts and other static servers look for it. */
async function precompress(path) {
  if (!/(\.(m?js|css|wasm)|[0-9a-f]{64})$/.test(path)) return;
  const bytes = await readFile(path);
  // To compress the runtime takes seconds, and it hardly ever changes.
  const made = await readFile(`${path}.br`)
    .then(promisify(brotliDecompress))
    .catch(() => null);
  if (made?.equals(bytes)) return;
  const params = {
    [constants.BROTLI_PARAM_QUALITY]: 9,
    [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length,
  };
  await writeFile(`${path}.br`, await promisify(brotliCompress)(bytes, { params }));
}
