import { DecodeError } from '../error-report.ts';
import { SourceError } from '../fetch-source.ts';
import { nextTask } from '../next-task.ts';
import { Download, type DownloadOptions } from './download.ts';
import { enhance, type LayerShown } from './enhancement.ts';
import type { Frame } from './frame.ts';

/** Whom a session tells; none of it after `close`. */
export interface SessionEvents {
  readonly onLayer: (shown: LayerShown) => void;
  /** What is shown stays. */
  readonly onError: (error: unknown) => void;
}

/**
 * The light of one picture that the element's image shows: while the element is near the viewport its layers are fetched and
 * decoded above the image. Away from there the transfer stops, and the memory of pixels is given back.
 */
export class Session {
  readonly url: string;
  readonly #frame: Frame;
  readonly #events: SessionEvents;
  readonly #download: Download;
  #near = false;
  #closed = false;
  #enhancing: AbortController | undefined;

  /** @param url what the image has loaded */
  constructor(url: string, frame: Frame, options: DownloadOptions, events: SessionEvents) {
    this.url = url;
    this.#frame = frame;
    this.#events = events;
    this.#download = new Download(url, options);
  }

  /** The element has come near the viewport, or gone; only there light is worth its bytes and its memory. */
  set near(near: boolean) {
    if (near === this.#near) return;
    this.#near = near;
    void this.#follow();
  }

  close(): void {
    this.#closed = true;
    this.#near = false;
    this.#rest();
  }

  /** In a task of each element's own: many come and go in one frame of scrolling. */
  async #follow(): Promise<void> {
    await nextTask();
    // The frame is another session's then.
    if (this.#closed) return;
    if (this.#near) void this.#enhance();
    else this.#rest();
  }

  async #enhance(): Promise<void> {
    if (this.#enhancing !== undefined) return;
    const controller = new AbortController();
    const { signal } = controller;
    this.#enhancing = controller;
    try {
      // The decoder's scripts and threads would only keep the base waiting.
      await painted();
      signal.throwIfAborted();
      this.#download.start();
      if (!(await this.#download.hasLayers(signal))) return;
      // What follows is a task of its own, and not the end of that in which bytes arrived: a page that scrolls has no time for both.
      await nextTask();
      signal.throwIfAborted();
      await enhance(this.#download, this.#frame, {
        signal,
        onLayer: this.#events.onLayer,
        onLost: () => {
          this.#rest();
          if (this.#near) void this.#enhance();
        },
      });
    } catch (error) {
      if (!signal.aborted && !this.#isOthers(error)) this.#events.onError(error);
    }
  }

  /** What a script may not read an `<img>` may still show: of another host without CORS, for one, or of another format. */
  #isOthers(error: unknown): boolean {
    if (error instanceof DecodeError && error.code === 'not_jpeg') return true;
    const { origin } = new URL(this.url, location.href);
    const isUnread =
      error instanceof SourceError && error.code === 'fetch_failed' && !this.#download.isReadable;
    return isUnread && origin !== location.origin;
  }

  #rest(): void {
    this.#enhancing?.abort(new DOMException('The picture is out of view.', 'AbortError'));
    this.#enhancing = undefined;
    this.#frame.clear();
    this.#download.pause();
    void this.#store();
  }

  /** Later, and unless the element is near again: many elements can leave in one frame of scrolling. */
  async #store(): Promise<void> {
    await nextTask();
    if (!this.#near) this.#download.store();
  }
}

/** The frame after the one that is being made. */
function painted(): Promise<void> {
  return new Promise((resolve) => {
    requestAnimationFrame(() => setTimeout(resolve));
  });
}
