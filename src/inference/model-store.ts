import { checkModelFile, type ModelFile } from './manifest.ts';
import { ModelError } from './model-error.ts';

/** Of the Cache API, by origin: the browser evicts it with the rest of what a site keeps. */
const CACHE = 'afterglow-models';

/**
 * A model's file as it is published, `{model}/{sha256}`: under that name its bytes never change, so that it is fetched once
 * and kept. What was kept is checked again, since nothing else guards it. Throws ModelError `model_file_missing`,
 * `model_file_damaged`.
 */
export async function fetchModelFile(modelsUrl: string, model: string, file: ModelFile): Promise<Uint8Array> {
  const url = new URL(`${model}/${file.sha256}`, modelsUrl).href;
  const cache = await openCache();
  const kept = await cache?.match(url);
  if (kept !== undefined) {
    const bytes = new Uint8Array(await kept.arrayBuffer());
    try {
      await checkModelFile(file, bytes);
      return bytes;
    } catch {
      await cache?.delete(url);
    }
  }
  const bytes = await download(url, file.path);
  await checkModelFile(file, bytes);
  // Without room to keep it, it is fetched again next time.
  await cache?.put(url, new Response(bytes)).catch(() => undefined);
  return bytes;
}

/** Browsers have it on secure origins alone, and some refuse it in private windows. */
async function openCache(): Promise<Cache | null> {
  if (!('caches' in globalThis)) return null;
  return caches.open(CACHE).catch(() => null);
}

async function download(url: string, path: string): Promise<Uint8Array<ArrayBuffer>> {
  try {
    const response = await fetch(url);
    if (!response.ok) throw new Error(`${response.status} ${response.statusText}`);
    return new Uint8Array(await response.arrayBuffer());
  } catch (cause) {
    throw new ModelError('model_file_missing', `The model file ${path} cannot be fetched.`, { cause });
  }
}
