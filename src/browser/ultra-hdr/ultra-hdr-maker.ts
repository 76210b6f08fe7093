import { DecodeError } from '../error-report.ts';
import type { PqOutput } from '../protocol.ts';
import { startWorker } from '../start-worker.ts';
import type { MakeRequest, MakeResponse } from './protocol.ts';

export interface UltraHdrMakerOptions {
  /** Where the worker's script is; `ultra-hdr-worker.js` beside the page if absent. */
  readonly workerUrl?: string | URL | undefined;
  /** libjpeg-turbo's wasm; beside the script if absent. */
  readonly jpegWasmUrl?: string | URL | undefined;
}

interface Waiting {
  readonly resolve: (jpeg: Blob) => void;
  readonly reject: (reason: Error) => void;
}

/** Milliseconds after which a worker that nobody needs gives its memory back. */
const IDLE = 15_000;

/** Makes Ultra HDR JPEGs of decoded pictures, in a worker that is started when there is the first and ends when it was idle. */
export class UltraHdrMaker {
  readonly #script: URL;
  readonly #jpegWasmUrl: string;
  readonly #waiting = new Map<number, Waiting>();
  #worker: Worker | undefined;
  #idle: ReturnType<typeof setTimeout> | undefined;
  #lastId = 0;

  constructor({ workerUrl, jpegWasmUrl }: UltraHdrMakerOptions = {}) {
    this.#script = new URL(workerUrl ?? 'ultra-hdr-worker.js', location.href);
    this.#jpegWasmUrl = new URL(jpegWasmUrl ?? 'libjpeg-turbo.wasm', this.#script).href;
  }

  /**
   * The base, to the byte, and a gain map from it to the picture. Takes the picture's pixels away from the caller. Throws
   * DecodeError: `worker_failed`, or what the base was refused for.
   */
  async make(base: Blob, picture: PqOutput, headroom: number): Promise<Blob> {
    clearTimeout(this.#idle);
    this.#worker ??= this.#start();
    const id = ++this.#lastId;
    const request: MakeRequest = { id, base, picture, headroom, jpegWasmUrl: this.#jpegWasmUrl };
    this.#worker.postMessage(request, [picture.data.buffer as ArrayBuffer]);
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, { resolve, reject });
    });
  }

  /** Ends the worker; what it was making fails. The next picture starts another. */
  close(): void {
    this.#fail('The maker of Ultra HDR JPEGs was closed.');
  }

  #start(): Worker {
    const worker = startWorker(this.#script, 'afterglow-ultra-hdr');
    worker.addEventListener('message', ({ data }: MessageEvent<MakeResponse>) => {
      const made = this.#waiting.get(data.id);
      this.#waiting.delete(data.id);
      if (data.type === 'made') made?.resolve(data.jpeg);
      else made?.reject(new DecodeError(data));
      if (this.#waiting.size === 0)
        this.#idle = setTimeout(() => {
          this.close();
        }, IDLE);
    });
    worker.addEventListener('error', (event) => {
      // Whoever waits is told; the page's own handlers of errors are not.
      event.preventDefault();
      this.#fail(`The worker for Ultra HDR failed: ${event.message || 'its script cannot be loaded'}.`);
    });
    return worker;
  }

  #fail(message: string): void {
    this.#worker?.terminate();
    this.#worker = undefined;
    const error = new DecodeError({ code: 'worker_failed', message });
    for (const { reject } of this.#waiting.values()) reject(error);
    this.#waiting.clear();
  }
}
