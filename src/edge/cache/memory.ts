interface Entry<T> {
  readonly value: T;
  /** Milliseconds since the epoch. */
  readonly at: number;
}

/** What an isolate remembers, of everything that it looked up the things looked up last. */
export class Memory<T> {
  readonly #entries = new Map<string, Entry<T>>();
  readonly #most: number;
  #forgotten = 0;

  constructor(most: number) {
    this.#most = most;
  }

  /** What is remembered, and how old it is, in milliseconds. */
  recall(name: string, now: number): { readonly value: T; readonly age: number } | undefined {
    const entry = this.#entries.get(name);
    if (entry === undefined) return undefined;
    // A map lists its entries as they were set: what was used last comes last.
    this.#entries.delete(name);
    this.#entries.set(name, entry);
    return { value: entry.value, age: Math.max(0, now - entry.at) };
  }

  /**
   * Looks something up and remembers it, as of when the question was asked. An answer that something was forgotten during
   * may be older than the reason to forget, and is not remembered.
   */
  async learn<V extends T | null>(name: string, now: number, look: () => Promise<V>): Promise<V> {
    const before = this.#forgotten;
    const value = await look();
    this.#entries.delete(name);
    if (value !== null && before === this.#forgotten) {
      this.#entries.set(name, { value, at: now });
      for (const oldest of this.#entries.keys()) {
        if (this.#entries.size <= this.#most) break;
        this.#entries.delete(oldest);
      }
    }
    return value;
  }

  forget(name: string): void {
    this.#forgotten++;
    this.#entries.delete(name);
  }
}
