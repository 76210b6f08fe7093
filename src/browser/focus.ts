import type { Rect } from '../codec/planes.ts';

/** What is looked at of a picture: its tiles that are nearest to it are decoded first. Tells of a `change`. */
export class Focus extends EventTarget {
  #rect: Rect | null = null;

  /** In pixels of the picture; null for nothing in particular. */
  get rect(): Rect | null {
    return this.#rect;
  }
  set rect(rect: Rect | null) {
    this.#rect = rect;
    this.dispatchEvent(new Event('change'));
  }
}
