/**
 * Attributes that an element hands on to its image. What the element never had stays as whoever wrote the image wrote it: the text
 * of an `<img>` that came from a server, for one.
 */
export class HandedOn {
  readonly #from: Element;
  #to: Element | undefined;
  readonly #given = new Set<string>();

  constructor(from: Element) {
    this.#from = from;
  }

  /** @param instead whether these take the place of what the image has, also where the element has none */
  to(image: Element, names: readonly string[], instead = false): void {
    if (image !== this.#to) this.#given.clear();
    this.#to = image;
    for (const name of names) {
      const value = this.#from.getAttribute(name);
      if (value !== null) this.#given.add(name);
      else if (this.#given.delete(name) || instead) image.removeAttribute(name);
      if (value !== null && image.getAttribute(name) !== value) image.setAttribute(name, value);
    }
  }
}
