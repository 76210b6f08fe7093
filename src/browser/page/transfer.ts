/** Something that was seen of a picture while its bytes came. */
export interface Milestone {
  readonly name: string;
  /** Since the request. */
  readonly seconds: number;
  /** That had arrived by then. */
  readonly bytes: number;
}

export interface Sample {
  readonly seconds: number;
  readonly bytes: number;
}

/** A throttled reader takes what has been sent in so many helpings a second. */
const HELPINGS = 20;

/** What arrived of a file and when, from its request on. */
export class Transfer {
  readonly samples: Sample[] = [{ seconds: 0, bytes: 0 }];
  readonly milestones: Milestone[] = [];
  readonly #begin = performance.now();

  get bytes(): number {
    return this.samples.at(-1)!.bytes;
  }

  mark(name: string): void {
    this.milestones.push({ name, seconds: this.#seconds, bytes: this.bytes });
  }

  /**
   * Passes chunks on and takes note of them.
   *
   * @param rate at most so many bytes a second: the page then reads more slowly, whatever the network does
   */
  async *follow(chunks: AsyncIterable<Uint8Array>, rate = Infinity): AsyncGenerator<Uint8Array, void, void> {
    for await (const chunk of chunks) {
      for (const helping of helpings(chunk, rate)) {
        const due = (this.bytes + helping.length) / rate;
        if (due > this.#seconds) await pause(due - this.#seconds);
        this.samples.push({ seconds: this.#seconds, bytes: this.bytes + helping.length });
        yield helping;
      }
    }
  }

  get #seconds(): number {
    return (performance.now() - this.#begin) / 1000;
  }
}

function* helpings(chunk: Uint8Array, rate: number): Generator<Uint8Array> {
  const size = Math.min(chunk.length, Math.ceil(rate / HELPINGS));
  for (let at = 0; at < chunk.length; at += size) yield chunk.subarray(at, at + size);
}

function pause(seconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 1000 * seconds));
}
