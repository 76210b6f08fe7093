import { spareCores } from '../../inference/spare-cores.ts';

/** What a lane needs, GiB: a runtime of its own, whose memory grows to what a tile takes, beside the page's. */
const MEMORY_PER_LANE = 2;
/** Where the browser does not say how much memory there is. */
const USUAL_MEMORY = 4;
/** More tiles at once have more of halo than of picture. */
const MOST_LANES = 4;

/**
 * How many tiles are computed at once, by a worker each: as many as there are cores to spare and memory for where a page is not
 * cross-origin isolated, so that a runtime has one thread only. One where it has threads, or a GPU.
 */
export function networkLanes(provider: string): number {
  if (provider !== 'wasm' || globalThis.crossOriginIsolated) return 1;
  const { deviceMemory = USUAL_MEMORY } = navigator as Navigator & { readonly deviceMemory?: number };
  return Math.max(1, Math.min(spareCores(), Math.trunc(deviceMemory / MEMORY_PER_LANE), MOST_LANES));
}
