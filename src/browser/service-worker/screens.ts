import { CACHE } from './kept.ts';

const NAME = '/.afterglow/screen';

/**
 * What pages said of their screens. A service worker is ended when it is idle and forgets: the last word is kept, and counts until
 * the page speaks again.
 */
export class Screens {
  readonly #pages = new Map<string, boolean>();
  #last: Promise<boolean> | undefined;

  async tell(page: string, shows: boolean): Promise<void> {
    this.#pages.set(page, shows);
    this.#last = Promise.resolve(shows);
    const cache = await caches.open(CACHE);
    await cache.put(NAME, new Response(shows ? 'high' : 'standard'));
  }

  /** A page that decodes nothing is asked nothing more, until it speaks of its screen. */
  hush(page: string): void {
    this.#pages.set(page, false);
  }

  /** Null where that page has not said anything to this run of the worker. */
  known(page: string): boolean | null {
    return this.#pages.get(page) ?? null;
  }

  /** What the last page said that spoke; false if none ever did. */
  last(): Promise<boolean> {
    this.#last ??= readLast().catch(() => false);
    return this.#last;
  }
}

async function readLast(): Promise<boolean> {
  const said = await (await caches.open(CACHE)).match(NAME);
  return (await said?.text()) === 'high';
}
