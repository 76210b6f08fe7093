import { hasMagic } from '../../container/magic.ts';
import { refusal, SourceError } from '../fetch-source.ts';
import { pause } from '../pause.ts';

/** What a client with the decoder asks for: layers rather than the plain JPEG. */
const ACCEPT = 'image/vnd.afterglow,image/jpeg;q=0.8';
/**
 * What the image has loaded, whatever its browser's own words for it are: past `Vary: Accept` the cache asks the server whether
 * what it has is still right (RFC 9111, §4.1), and the server answers 304.
 */
const PLAIN = 'image/jpeg,image/*;q=0.8';
const RANGE_NOT_SATISFIABLE = 416;
/** Seconds between two questions for layers that are still being encoded; after the last one it is given up. */
const PATIENCE = [1, 2, 4, 8, 15, 30, 30, 30];

export interface DownloadOptions {
  readonly crossOrigin: string | null;
  readonly referrerPolicy: string;
  readonly priority: string;
}

/**
 * A file whose base an `<img>` has loaded: that comes from the browser's cache; what lies behind it is asked for by range
 * (RFC 9110, §14), since a layered file begins with the bytes of the plain one. It can be paused: what has arrived stays, and the
 * rest is asked for when it goes on (`If-Range` with the strong ETag sees to it that both parts are of one file). Any number of
 * readers each get it from its first byte.
 */
export class Download {
  readonly url: string;
  readonly #options: DownloadOptions;
  /** What arrived before the last pause: a Blob, which the browser need not keep in memory. */
  #stored = new Blob();
  #chunks: Uint8Array<ArrayBuffer>[] = [];
  #length = 0;
  /** Bytes of what the image has loaded. */
  #plain = 0;
  /** Whether there is more in them than the image shows: servers without negotiation send everybody everything. */
  #plainHasLayers = false;
  /** Whether a script may read it, since what is shown of other hosts it may not without CORS. */
  isReadable = false;
  /** Of the layered file, once some of it has been sent. */
  #etag: string | null | undefined;
  #ended = false;
  #failure: Error | undefined;
  #running: AbortController | undefined;
  readonly #waiting = new Set<() => void>();
  /** Whether the server said that more is still being encoded. */
  pending = false;

  constructor(url: string, options: DownloadOptions) {
    this.url = url;
    this.#options = options;
  }

  /** Begins, or goes on; a download that failed is tried again from where it broke off. */
  start(): void {
    if (this.#running !== undefined || this.#ended) return;
    this.#failure = undefined;
    const controller = new AbortController();
    this.#running = controller;
    void this.#run(controller.signal)
      .then(
        () => {
          this.#ended = true;
        },
        (error: unknown) => {
          if (!controller.signal.aborted) this.#failure = error as Error;
        },
      )
      .finally(() => {
        if (this.#running === controller) this.#running = undefined;
        this.#tell();
      });
  }

  /** Stops the transfer. */
  pause(): void {
    this.#running?.abort();
    this.#running = undefined;
  }

  /** Puts what has arrived out of the page's memory, which copies it. */
  store(): void {
    if (this.#chunks.length === 0) return;
    this.#stored = new Blob([this.#stored, ...this.#chunks]);
    this.#chunks = [];
  }

  /**
   * Waits until it is known whether there is anything to decode: that there is more than the image shows, or else that the image
   * has it already, since servers without negotiation send everybody everything. To read it is the decoder's. Throws SourceError, or
   * the signal's reason.
   */
  async hasLayers(signal: AbortSignal): Promise<boolean> {
    for (;;) {
      signal.throwIfAborted();
      if (this.#plainHasLayers || this.#length > this.#plain) return true;
      if (this.#failure !== undefined) throw this.#failure;
      if (this.#ended) return false;
      await this.#news(signal);
    }
  }

  /** The file from its first byte on, waiting for what is still to come. Throws SourceError, or the signal's reason. */
  async *chunks(signal?: AbortSignal): AsyncGenerator<Uint8Array<ArrayBuffer>, void, void> {
    let at = 0;
    for (;;) {
      signal?.throwIfAborted();
      if (at < this.#stored.size) {
        const bytes = new Uint8Array(await this.#stored.slice(at).arrayBuffer());
        at += bytes.length;
        yield bytes;
      } else if (at < this.#length) {
        const bytes = this.#from(at);
        at += bytes.length;
        yield bytes;
      } else if (this.#failure !== undefined) throw this.#failure;
      else if (this.#ended) return;
      else await this.#news(signal);
    }
  }

  /** What is in memory of the chunk that holds this byte. */
  #from(at: number): Uint8Array<ArrayBuffer> {
    let begin = this.#stored.size;
    for (const chunk of this.#chunks) {
      if (at < begin + chunk.length) return chunk.subarray(at - begin);
      begin += chunk.length;
    }
    throw new RangeError(`Byte ${at} has not arrived.`);
  }

  async #run(signal: AbortSignal): Promise<void> {
    if (this.#length === 0) await this.#takeBase(signal);
    // No server has more of it.
    if (/^(?:blob|data):/.test(this.url)) return;
    for (const seconds of PATIENCE) {
      await this.#receive(signal);
      if (!this.pending) return;
      // What was sent is the base alone: the tag is its own.
      this.#etag = undefined;
      await pause(1000 * seconds, signal);
    }
  }

  /** What lies behind what is there, if anything does yet. */
  async #receive(signal: AbortSignal): Promise<void> {
    const response = await this.#request(signal);
    this.pending = /;\s*pending\b/.test(response.headers.get('Afterglow') ?? '');
    if (response.status === RANGE_NOT_SATISFIABLE) return;
    const resumed = response.status === 206;
    if (!response.ok || response.body === null || (resumed && !startsAt(response, this.#length))) {
      throw await refusal(response);
    }
    if (!resumed && this.#etag !== undefined && this.#length > 0) {
      throw new SourceError('changed', 'The picture has changed while it was being loaded.');
    }
    // A server without ranges sends the base once more.
    if (!resumed) this.#forget();
    this.#etag = response.headers.get('ETag');
    const reader = response.body.getReader();
    try {
      for (;;) {
        const { done, value } = await reader.read();
        // What arrived while the transfer was being stopped will be sent again.
        signal.throwIfAborted();
        if (done) return;
        this.#chunks.push(value);
        this.#length += value.length;
        this.#tell();
      }
    } catch (cause) {
      signal.throwIfAborted();
      throw new SourceError('fetch_failed', 'The connection broke off.', { cause });
    }
  }

  /** What the image shows, from the cache that it was put into. */
  async #takeBase(signal: AbortSignal): Promise<void> {
    const response = await this.#fetch({ Accept: PLAIN }, signal, 'force-cache');
    if (!response.ok) throw await refusal(response);
    const plain = new Uint8Array(await response.arrayBuffer());
    signal.throwIfAborted();
    this.#chunks.push(plain);
    this.#length = plain.length;
    this.#plain = plain.length;
    this.#plainHasLayers = hasMagic(plain);
    this.isReadable = true;
    this.#tell();
  }

  #request(signal: AbortSignal): Promise<Response> {
    // Without a strong validator the parts could be of two files: begin anew.
    if (this.#etag === null || this.#etag?.startsWith('W/')) this.#forget();
    const range = this.#length === 0 ? {} : { Range: `bytes=${this.#length}-` };
    const match = this.#length === 0 || this.#etag === undefined ? {} : { 'If-Range': this.#etag! };
    return this.#fetch({ Accept: ACCEPT, ...range, ...match }, signal);
  }

  async #fetch(
    headers: HeadersInit,
    signal: AbortSignal,
    cache: RequestCache = 'default',
  ): Promise<Response> {
    try {
      return await fetch(this.url, {
        headers,
        signal,
        cache,
        // As an <img> without the attribute does, but for pictures of other hosts, whose bytes only CORS shows.
        credentials: this.#options.crossOrigin === 'use-credentials' ? 'include' : 'same-origin',
        referrerPolicy: this.#options.referrerPolicy as ReferrerPolicy,
        priority: this.#options.priority as RequestPriority,
      });
    } catch (cause) {
      signal.throwIfAborted();
      throw new SourceError('fetch_failed', 'The server cannot be reached.', { cause });
    }
  }

  #forget(): void {
    this.#stored = new Blob();
    this.#chunks = [];
    this.#length = 0;
  }

  #tell(): void {
    for (const wake of this.#waiting) wake();
    this.#waiting.clear();
  }

  #news(signal?: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      this.#waiting.add(resolve);
      signal?.addEventListener(
        'abort',
        () => {
          resolve();
        },
        { once: true },
      );
    });
  }
}

function startsAt(response: Response, offset: number): boolean {
  return response.headers.get('Content-Range')?.startsWith(`bytes ${offset}-`) === true;
}
