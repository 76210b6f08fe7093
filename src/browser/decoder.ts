import type { WebProvider } from '../inference/web.ts';
import { DecodeError } from './error-report.ts';
import type { Focus } from './focus.ts';
import { Inbox } from './inbox.ts';
import { startWorker } from './start-worker.ts';
import type {
  DecodeSource,
  DecodeState,
  DecoderAssets,
  PictureOptions,
  WorkerRequest,
  WorkerResponse,
} from './protocol.ts';

export interface DecoderOptions {
  /** Where the worker's script is; beside this module if absent. */
  readonly workerUrl?: string | URL | undefined;
  /** Where the worker loads models, runtime and JPEG decoder from; folders beside its script for what is absent. */
  readonly assets?: Partial<Record<keyof DecoderAssets, string | URL>> | undefined;
  /** Tried in this order; WebGPU, then wasm, if absent. */
  readonly executionProviders?: readonly WebProvider[] | undefined;
}

export interface DecodeOptions extends PictureOptions {
  readonly signal?: AbortSignal | undefined;
  /** What is looked at, while it is decoded. */
  readonly focus?: Focus | undefined;
  /** Of the request, if the source is a URL. */
  readonly headers?: Readonly<Record<string, string>> | undefined;
}

/** Decodes layered files in a worker of its own, one after the other. To make one throws DecodeError `worker_failed` where the browser refuses the script. */
export class Decoder {
  readonly #worker: Worker;
  readonly #inboxes = new Map<number, Inbox<WorkerResponse>>();
  #lastId = 0;

  constructor({ workerUrl, assets, executionProviders }: DecoderOptions = {}) {
    const script = new URL(workerUrl ?? new URL('./decoder-worker.js', import.meta.url), location.href);
    this.#worker = startWorker(script, 'afterglow-decoder');
    this.#worker.addEventListener('message', ({ data }: MessageEvent<WorkerResponse>) => {
      this.#inboxes.get(data.id)?.put(data);
    });
    this.#worker.addEventListener('error', (event) => {
      // Whoever waits is told; the page's own handlers of errors are not.
      event.preventDefault();
      this.#failAll(`The decoder's worker failed: ${event.message || 'its script cannot be loaded'}.`);
    });
    this.#send({
      type: 'configure',
      assets: {
        modelsUrl: new URL(assets?.modelsUrl ?? 'models/', script).href,
        runtimeUrl: new URL(assets?.runtimeUrl ?? 'ort/', script).href,
        jpegWasmUrl: new URL(assets?.jpegWasmUrl ?? 'libjpeg-turbo.wasm', script).href,
      },
      executionProviders,
    });
  }

  /**
   * The states of decoding a URL or a file's bytes: the base, the header, tiles if they are asked for, a picture after every layer of which the last is
   * `final`, `done`; for an SDR picture the base and `done`. Chunks that arrive are decoded as they do. Leaving the loop cancels. Throws DecodeError, the
   * signal's reason, or what the chunks throw, when what came before is decoded.
   */
  async *decode(
    source: string | URL | Blob | Uint8Array | AsyncIterable<Uint8Array>,
    { signal, headers, focus, ...options }: DecodeOptions = {},
  ): AsyncGenerator<DecodeState, void, void> {
    signal?.throwIfAborted();
    const id = ++this.#lastId;
    const inbox = new Inbox<WorkerResponse>();
    this.#inboxes.set(id, inbox);
    const abort = (): void => {
      inbox.fail(signal?.reason);
    };
    signal?.addEventListener('abort', abort, { once: true });
    const look = (): void => {
      this.#send({ type: 'focus', id, rect: focus?.rect ?? null });
    };
    let over = false;
    try {
      this.#send({ type: 'open', id, source: await readSource(source, headers), options });
      if (focus !== undefined) look();
      focus?.addEventListener('change', look);
      const streamed = isChunks(source) ? this.#stream(id, source) : null;
      // It is awaited at the end; until then nobody else is to be told of it.
      streamed?.catch(() => undefined);
      while (!over) {
        const response = await inbox.take();
        over = response.type === 'error' || response.type === 'done';
        if (response.type === 'error') throw new DecodeError(response);
        if (response.type === 'done') await streamed;
        yield response;
      }
    } finally {
      if (!over) this.#send({ type: 'cancel', id });
      this.#inboxes.delete(id);
      signal?.removeEventListener('abort', abort);
      focus?.removeEventListener('change', look);
    }
  }

  /** Ends the worker; what is being decoded fails with DecodeError `worker_failed`. */
  close(): void {
    this.#worker.terminate();
    this.#failAll('The decoder was closed.');
  }

  /** Passes chunks on, as long as someone listens to what becomes of them. Throws what broke them off. */
  async #stream(id: number, chunks: AsyncIterable<Uint8Array>): Promise<void> {
    try {
      for await (const bytes of chunks) {
        if (!this.#inboxes.has(id)) return;
        this.#send({ type: 'chunk', id, bytes });
      }
    } finally {
      this.#send({ type: 'chunk', id, bytes: null });
    }
  }

  #failAll(message: string): void {
    const error = new DecodeError({ code: 'worker_failed', message });
    for (const inbox of this.#inboxes.values()) inbox.fail(error);
  }

  #send(request: WorkerRequest): void {
    this.#worker.postMessage(request);
  }
}

async function readSource(
  source: string | URL | Blob | Uint8Array | AsyncIterable<Uint8Array>,
  headers: DecodeOptions['headers'],
): Promise<DecodeSource> {
  if (isChunks(source)) return { streamed: true };
  if (source instanceof Uint8Array) return { bytes: source };
  if (source instanceof Blob) return { bytes: new Uint8Array(await source.arrayBuffer()) };
  return { url: new URL(source, document.baseURI).href, headers };
}

function isChunks(source: object | string): source is AsyncIterable<Uint8Array> {
  return typeof source === 'object' && Symbol.asyncIterator in source;
}
