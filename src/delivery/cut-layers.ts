import { layersWithin } from './client-hints.ts';
import { ConfigurationError } from './configuration.ts';
import type { Decision } from './negotiate.ts';

const DEFAULT_MILLISECONDS = 1000;

/**
 * Reads `TRANSFER_BUDGET_MS`: the time in milliseconds within which a picture is to be there whose layers nobody asked for by URL.
 *
 * @throws ConfigurationError
 */
export function parseBudget(text: string | undefined): number {
  if (text === undefined || text === '') return DEFAULT_MILLISECONDS;
  if (/^[1-9]\d{0,5}$/.test(text)) return Number(text);
  throw new ConfigurationError('TRANSFER_BUDGET_MS', 'is no number of milliseconds from 1 to 999999');
}

/**
 * A decision whose number of layers no longer depends on the network, but on the bytes of a rendition: the most that are there
 * within the budget, in milliseconds. What the network takes away has the reason `network`; with no layer left it is a plain
 * JPEG. So the network makes no more answers of a rendition than it has layers.
 *
 * @param bytes of the file with 0, 1, 2, … layers
 */
export function cutLayers(decision: Decision, budget: number, bytes: readonly number[]): Decision {
  const { network, layers: asked, ...rest } = decision;
  if (network === undefined) return decision;
  const most = Math.min(asked ?? Infinity, bytes.length - 1);
  const layers = layersWithin(network, budget, bytes.slice(0, most + 1));
  if (layers >= most) return { ...rest, ...(asked === undefined ? {} : { layers: asked }) };
  return layers === 0 ? { ...rest, hdr: '0', reason: 'network' } : { ...rest, layers, reason: 'network' };
}
