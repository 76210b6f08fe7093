import { fileURLToPath } from 'node:url';
import { loadNetworks, type LoadedNetworks } from '../../../src/inference/node.ts';

export type LoadedHan2020 = Extract<LoadedNetworks, { family: 'han2020' }>;

const modelsFolder = fileURLToPath(new URL('../../../models/', import.meta.url));

/** The paper's networks as they are delivered, on one thread of the CPU. */
export async function loadHan2020(): Promise<LoadedHan2020> {
  const networks = await loadNetworks({ modelsFolder, model: 'han2020', providers: ['cpu'], threads: 1 });
  if (networks.family !== 'han2020')
    throw new Error(`The model han2020 is of the family ${networks.family}.`);
  return networks;
}
