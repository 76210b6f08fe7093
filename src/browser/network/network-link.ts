import type { ModelDescription, Tensor } from '../../codec/networks.ts';
import type { WebLoadOptions } from '../../inference/web.ts';
import { DecodeError } from '../error-report.ts';
import { startWorker } from '../start-worker.ts';
import type { NetworkMethod, NetworkRequest, NetworkResponse } from './protocol.ts';

type WithoutId<Request> = Request extends unknown ? Omit<Request, 'id'> : never;
type Answer = Exclude<NetworkResponse, { readonly type: 'error' }>;

interface Asked {
  readonly resolve: (answer: Answer) => void;
  readonly reject: (reason: Error) => void;
}

/** One worker that has loaded a model's networks. Throws DecodeError, with the codes of `loadNetworks` and `worker_failed`. */
export class NetworkLink {
  readonly model: ModelDescription;
  readonly provider: string;
  readonly #worker: AskedWorker;

  private constructor(model: ModelDescription, provider: string, worker: AskedWorker) {
    this.model = model;
    this.provider = provider;
    this.#worker = worker;
  }

  /**
   * Starts a worker, which ends with the one that started it.
   *
   * @param script the worker's
   */
  static async open(script: URL, options: Omit<WebLoadOptions, 'onUnavailable'>): Promise<NetworkLink> {
    const worker = new AskedWorker(script);
    try {
      const loaded = await worker.ask({ type: 'load', options });
      if (loaded.type !== 'loaded') throw unexpected();
      return new NetworkLink(loaded.model, loaded.provider, worker);
    } catch (error) {
      worker.close();
      throw error;
    }
  }

  async run(method: NetworkMethod, tensors: readonly Tensor[]): Promise<Tensor> {
    const ran = await this.#worker.ask({ type: 'run', method, tensors });
    if (ran.type !== 'ran') throw unexpected();
    return ran.tensor;
  }

  close(): void {
    this.#worker.close();
  }
}

function unexpected(): Error {
  return new Error('The worker of the networks answered something else.');
}

/** Asks a worker, which answers in any order. */
class AskedWorker {
  readonly #worker: Worker;
  readonly #asked = new Map<number, Asked>();
  #failure: DecodeError | undefined;
  #lastId = 0;

  constructor(script: URL) {
    this.#worker = startWorker(script, 'afterglow-networks');
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
