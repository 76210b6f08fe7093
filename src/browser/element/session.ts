import type { LayeredLayout } from '../../container/index.ts';
import { readParts } from '../file-stream.ts';
import { Download, type DownloadOptions } from './download.ts';
import { enhance, type LayerShown } from './enhancement.ts';
import type { Frame } from './frame.ts';

/** Whom a session tells; none of it after `close`. */
export interface SessionEvents {
  /** The image has the base; whether it can be shown, the image will tell. */
  readonly onBase: () => void;
  readonly onLayer: (shown: LayerShown) => void;
  /** The base, if there is one by then, stays. */
  readonly onError: (error: unknown, hasBase: boolean) => void;
}

/**
 * One file in one element: its base goes into the image as soon as its last byte is there; while the element is near the
 * viewport its layers are decoded above it. Away from there the transfer stops, and the memory of pixels is given back.
 */
export class Session {
  readonly url: string;
  readonly #frame: Frame;
  readonly #events: SessionEvents;
  readonly #download: Download;
  readonly #life = new AbortController();
  #baseUrl: string | undefined;
  /** Settled when the base can be drawn. */
  #basePainted: Promise<unknown> = Promise.resolve();
  /** Null until it is known, and of an SDR picture. */
  #layout: LayeredLayout | null = null;
  #near = false;
  #enhancing: AbortController | undefined;

  constructor(url: string, frame: Frame, options: DownloadOptions, events: SessionEvents) {
    this.url = url;
    this.#frame = frame;
    this.#events = events;
    this.#download = new Download(url, options);
    this.#download.start();
    void this.#open();
  }

  /** The element has come near the viewport, or gone; only there light is worth its memory. */
  set near(near: boolean) {
    if (near === this.#near) return;
    this.#near = near;
    if (near) {
      this.#download.start();
      void this.#enhance();
    } else this.#rest();
  }

  close(): void {
    this.#rest();
    this.#download.pause();
    this.#life.abort();
    if (this.#baseUrl !== undefined) URL.revokeObjectURL(this.#baseUrl);
  }

  async #open(): Promise<void> {
    const { signal } = this.#life;
    try {
      for await (const part of readParts(this.#download.chunks(signal), 0)) {
        if (part.kind === 'base') this.#showBase(part.jpeg);
        if (part.kind === 'header') this.#layout = part.layout;
      }
      signal.throwIfAborted();
      if (this.#near) void this.#enhance();
      else this.#download.pause();
    } catch (error) {
      if (!signal.aborted) this.#events.onError(error, this.#baseUrl !== undefined);
    }
  }

  #showBase(jpeg: Uint8Array<ArrayBuffer>): void {
    this.#baseUrl = URL.createObjectURL(new Blob([jpeg], { type: 'image/jpeg' }));
    const { image } = this.#frame;
    // A fallback that a server wrote may be loading its own: what is here already goes before it.
    image.removeAttribute('srcset');
    image.loading = 'eager';
    image.src = this.#baseUrl;
    // What is wrong with the base, the image's own event tells.
    this.#basePainted = image.decode().catch(() => undefined);
    this.#events.onBase();
  }

  async #enhance(): Promise<void> {
    if (this.#layout === null || this.#enhancing !== undefined) return;
    const controller = new AbortController();
    this.#enhancing = controller;
    try {
      // The decoder's scripts and threads would only keep the base waiting.
      await this.#basePainted;
      controller.signal.throwIfAborted();
      await enhance(this.#layout, this.#download, this.#frame, {
        signal: controller.signal,
        onLayer: this.#events.onLayer,
        onLost: () => {
          this.#rest();
          if (this.#near) void this.#enhance();
        },
      });
    } catch (error) {
      if (!controller.signal.aborted) this.#events.onError(error, true);
    }
  }

  #rest(): void {
    this.#enhancing?.abort(new DOMException('The picture is out of view.', 'AbortError'));
    this.#enhancing = undefined;
    this.#frame.clear();
    if (this.#baseUrl !== undefined) this.#download.pause();
  }
}
