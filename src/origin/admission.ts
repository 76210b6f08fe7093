/** A place in the queue, which is held from before the body is read until the answer is there. */
export interface Place {
  /** Resolves when it is this place's turn; rejects with the signal's reason when that is aborted before. */
  turn(signal: AbortSignal): Promise<void>;
  /** Gives the place back; whoever waits longest is next. */
  leave(): void;
}

/**
 * Decides who may come in, and in which order they are served: `slots` at a time, `limit` more wait. Requests beyond are
 * turned away before their body is read, so that the bodies in memory are bounded too.
 */
export class Admission {
  readonly #slots: number;
  readonly #limit: number;
  readonly #waiting: (() => void)[] = [];
  #admitted = 0;
  #served = 0;

  constructor(slots: number, limit: number) {
    this.#slots = slots;
    this.#limit = limit;
  }

  /** Requests that are inside and not being served. */
  get depth(): number {
    return this.#admitted - this.#served;
  }

  /** Requests that are being served. */
  get served(): number {
    return this.#served;
  }

  /** A place, or null when all are taken. */
  enter(): Place | null {
    if (this.#admitted >= this.#slots + this.#limit) return null;
    this.#admitted++;
    let state: 'inside' | 'served' | 'left' = 'inside';
    return {
      turn: async (signal) => {
        await this.#slot(signal);
        state = 'served';
      },
      leave: () => {
        if (state === 'left') return;
        this.#admitted--;
        if (state === 'served') this.#release();
        state = 'left';
      },
    };
  }

  #slot(signal: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      if (signal.aborted) {
        reject(reasonOf(signal));
        return;
      }
      if (this.#served < this.#slots) {
        this.#served++;
        resolve();
        return;
      }
      const give = () => {
        signal.removeEventListener('abort', abandon);
        this.#served++;
        resolve();
      };
      const abandon = () => {
        this.#waiting.splice(this.#waiting.indexOf(give), 1);
        reject(reasonOf(signal));
      };
      signal.addEventListener('abort', abandon, { once: true });
      this.#waiting.push(give);
    });
  }

  #release(): void {
    this.#served--;
    this.#waiting.shift()?.();
  }
}

function reasonOf(signal: AbortSignal): Error {
  return signal.reason instanceof Error ? signal.reason : new Error(String(signal.reason));
}
