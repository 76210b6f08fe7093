import type { ModelDescription, Networks, Tensor } from '../../codec/networks.ts';
import type { WebLoadOptions } from '../../inference/web.ts';
import { DecodeError } from '../error-report.ts';
import type { NetworkMethod, NetworkRequest, NetworkResponse } from './protocol.ts';

export type RemoteNetworks = Networks & { readonly provider: string };

type WithoutId<Request> = Request extends unknown ? Omit<Request, 'id'> : never;
type Answer = Exclude<NetworkResponse, { readonly type: 'error' }>;

interface Asked {
  readonly resolve: (answer: Answer) => void;
  readonly reject: (reason: Error) => void;
}

/**
 * A model's networks in a worker of their own: the arithmetic decoder, which needs none of their results, computes beside them. The
 * worker ends with the one that started it. Throws DecodeError, with the codes of `loadNetworks` and `worker_failed`.
 *
 * @param script the worker's
 */
export async function remoteNetworks(
  script: URL,
  options: Omit<WebLoadOptions, 'onUnavailable'>,
): Promise<RemoteNetworks> {
  const worker = new NetworkWorker(script);
  try {
    const loaded = await worker.ask({ type: 'load', options });
    if (loaded.type !== 'loaded') throw new Error('The worker of the networks answered something else.');
    return networksOf(loaded.model, loaded.provider, worker);
  } catch (error) {
    worker.close();
    throw error;
  }
}

function networksOf(model: ModelDescription, provider: string, worker: NetworkWorker): RemoteNetworks {
  const network =
    (method: NetworkMethod) =>
    async (...tensors: readonly Tensor[]): Promise<Tensor> => {
      const ran = await worker.ask({ type: 'run', method, tensors });
      if (ran.type !== 'ran') throw new Error('The worker of the networks answered something else.');
      return ran.tensor;
    };
  switch (model.family) {
    case 'glow2026':
      return { family: model.family, model, provider, enhance: network('enhance') };
    case 'han2020': {
      const [encode, decode, post] = [network('encode'), network('decode'), network('post')];
      return { family: model.family, model, provider, encode, decode, post };
    }
  }
}

/** Asks a worker, which answers in any order. */
class NetworkWorker {
  readonly #worker: Worker;
  readonly #asked = new Map<number, Asked>();
  #failure: DecodeError | undefined;
  #lastId = 0;

  constructor(script: URL) {
    this.#worker = new Worker(script, { type: 'module', name: 'afterglow-networks' });
    this.#worker.addEventListener('message', ({ data }: MessageEvent<NetworkResponse>) => {
      const asked = this.#asked.get(data.id);
      this.#asked.delete(data.id);
      if (data.type === 'error') asked?.reject(new DecodeError(data));
      else asked?.resolve(data);
    });
    this.#worker.addEventListener('error', (event) => {
      // Whoever asked is told; the page's own handlers of errors are not.
      event.preventDefault();
      const reason = event.message || 'its script cannot be loaded';
      this.#failure = new DecodeError({
        code: 'worker_failed',
        message: `The worker of the networks failed: ${reason}.`,
      });
      for (const { reject } of this.#asked.values()) reject(this.#failure);
      this.#asked.clear();
    });
  }

  ask(request: WithoutId<NetworkRequest>): Promise<Answer> {
    if (this.#failure !== undefined) return Promise.reject(this.#failure);
    const id = ++this.#lastId;
    this.#worker.postMessage({ ...request, id });
    return new Promise((resolve, reject) => {
      this.#asked.set(id, { resolve, reject });
    });
  }

  close(): void {
    this.#worker.terminate();
  }
}
