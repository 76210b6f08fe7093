import type { ModelDescription, Networks, Tensor } from '../../codec/networks.ts';
import type { WebLoadOptions } from '../../inference/web.ts';
import { networkLanes } from './lanes.ts';
import { NetworkLink } from './network-link.ts';
import { NetworkPool } from './network-pool.ts';
import type { NetworkMethod } from './protocol.ts';

export type RemoteNetworks = Networks & { readonly provider: string };

/**
 * A model's networks in a worker of their own, or in several: the arithmetic decoder, which needs none of their results, computes beside
 * them. Throws DecodeError, with the codes of `loadNetworks` and `worker_failed`.
 *
 * @param script the worker's
 */
export async function remoteNetworks(
  script: URL,
  options: Omit<WebLoadOptions, 'onUnavailable'>,
): Promise<RemoteNetworks> {
  const first = await NetworkLink.open(script, options);
  const { model, provider } = first;
  const lanes = networkLanes(provider);
  const another = (): Promise<NetworkLink> =>
    NetworkLink.open(script, { ...options, executionProviders: ['wasm'] });
  return networksOf(model, provider, lanes, new NetworkPool(first, lanes, another));
}

function networksOf(
  model: ModelDescription,
  provider: string,
  lanes: number,
  pool: NetworkPool,
): RemoteNetworks {
  const network =
    (method: NetworkMethod) =>
    (...tensors: readonly Tensor[]): Promise<Tensor> =>
      pool.run(method, tensors);
  switch (model.family) {
    case 'glow2026':
      return { family: model.family, model, provider, lanes, enhance: network('enhance') };
    case 'han2020': {
      const [encode, decode, post] = [network('encode'), network('decode'), network('post')];
      return { family: model.family, model, provider, encode, decode, post };
    }
  }
}
