import { loadNetworks, type LoadedNetworks } from '../../inference/web.ts';
import { errorReport } from '../error-report.ts';
import type { LoadRequest, NetworkMethod, NetworkRequest, NetworkResponse, RunRequest } from './protocol.ts';
import type { Tensor } from '../../codec/networks.ts';

/** The module worker that runs a model's networks: `protocol.ts` says what it is told and what it answers. */

let networks: LoadedNetworks | undefined;

self.addEventListener('message', ({ data }: MessageEvent<NetworkRequest>) => {
  void (data.type === 'load' ? load(data) : run(data)).catch((error: unknown) => {
    answer({ ...errorReport(error), id: data.id });
  });
});

async function load({ id, options }: LoadRequest): Promise<void> {
  networks = await loadNetworks(options);
  answer({ type: 'loaded', id, model: networks.model, provider: networks.provider });
}

async function run({ id, method, tensors }: RunRequest): Promise<void> {
  const { data, dims } = await methodOf(networks, method)(...tensors);
  // Wasm's memory and views of a part of it stay here.
  const own = new Float32Array(data);
  answer({ type: 'ran', id, tensor: { data: own, dims } }, [own.buffer]);
}

function methodOf(
  loaded: LoadedNetworks | undefined,
  method: NetworkMethod,
): (...tensors: readonly Tensor[]) => Promise<Tensor> {
  const found = loaded && (loaded as Partial<Record<NetworkMethod, unknown>>)[method];
  if (typeof found !== 'function') throw new Error(`No network was loaded that can ${method}.`);
  return found.bind(loaded) as ReturnType<typeof methodOf>;
}

function answer(response: NetworkResponse, transfer: Transferable[] = []): void {
  self.postMessage(response, { transfer });
}
