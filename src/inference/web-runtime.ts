import type * as ort from 'onnxruntime-web';
import { spareCores } from './spare-cores.ts';

/** Execution providers of onnxruntime-web that Afterglow knows, the fastest first. */
export const WEB_PROVIDERS = ['webgpu', 'wasm'] as const;
export type WebProvider = (typeof WEB_PROVIDERS)[number];

export type WebRuntime = Pick<typeof ort, 'env' | 'InferenceSession' | 'Tensor'>;

/** More threads than this only wait for one another on tiles of 512 × 512. */
const MAX_THREADS = 8;

/**
 * The build of onnxruntime-web that can run the first of these providers here, and which of them it can run. The one
 * with WebGPU needs JavaScript promise integration (the build without that need exceeds the 25 MiB that a static host
 * such as Cloudflare's takes), so that everywhere else the smaller build for wasm alone is loaded.
 *
 * @param runtimeUrl folder of the runtime's `.wasm` and `.mjs` files, as an absolute URL that ends in a slash
 */
export async function loadRuntime(
  providers: readonly WebProvider[],
  runtimeUrl: string,
): Promise<{ runtime: WebRuntime; providers: readonly WebProvider[] }> {
  const gpu = providers.includes('webgpu') && (await hasWebGpu(providers.includes('wasm')));
  const runtime: WebRuntime = gpu
    ? await import('onnxruntime-web/jspi')
    : await import('onnxruntime-web/wasm');
  runtime.env.wasm.wasmPaths = runtimeUrl;
  runtime.env.wasm.numThreads = threads();
  runtime.env.logLevel = 'error';
  return { runtime, providers: gpu ? providers : providers.filter((provider) => provider !== 'webgpu') };
}

/** A software adapter computes right but slower than wasm: it is used only where there is nothing else to fall back on. */
async function hasWebGpu(canFallBack: boolean): Promise<boolean> {
  if (!('Suspending' in WebAssembly) || !('gpu' in navigator)) return false;
  const adapter = await navigator.gpu.requestAdapter();
  return adapter !== null && !(canFallBack && adapter.info.isFallbackAdapter);
}

/** Threads share memory, which a browser allows to cross-origin isolated pages alone. */
function threads(): number {
  return globalThis.crossOriginIsolated ? Math.min(spareCores(), MAX_THREADS) : 1;
}
