import type { Tensor } from '../../codec/networks.ts';
import type { NetworkMethod } from './protocol.ts';

/** What runs a model's networks, one run after the other. */
export interface NetworkRunner {
  run(method: NetworkMethod, tensors: readonly Tensor[]): Promise<Tensor>;
  close(): void;
}

/**
 * Runners that share the work. The first is there; the others are started one by one, whenever something would have to wait, and take part
 * when they are ready. They are a gain, not a need: one that cannot be started or fails is let go, and what it had begun is done again by the others.
 */
export class NetworkPool {
  readonly #first: NetworkRunner;
  readonly #start: () => Promise<NetworkRunner>;
  readonly #idle: NetworkRunner[];
  readonly #waiting: ((runner: NetworkRunner) => void)[] = [];
  /** How many more may be started, and whether one is on its way. */
  #more: number;
  #starting = false;

  /**
   * @param most runners, the first among them
   * @param start makes another
   */
  constructor(first: NetworkRunner, most: number, start: () => Promise<NetworkRunner>) {
    this.#first = first;
    this.#idle = [first];
    this.#more = most - 1;
    this.#start = start;
  }

  /** Throws what the first runner throws. */
  async run(method: NetworkMethod, tensors: readonly Tensor[]): Promise<Tensor> {
    for (;;) {
      const runner = await this.#take();
      try {
        const tensor = await runner.run(method, tensors);
        this.#give(runner);
        return tensor;
      } catch (error) {
        if (runner === this.#first) {
          this.#give(runner);
          throw error;
        }
        runner.close();
      }
    }
  }

  #take(): Promise<NetworkRunner> | NetworkRunner {
    const idle = this.#idle.pop();
    if (idle !== undefined) return idle;
    this.#grow();
    return new Promise((resolve) => this.#waiting.push(resolve));
  }

  #give(runner: NetworkRunner): void {
    const waiting = this.#waiting.shift();
    if (waiting === undefined) this.#idle.push(runner);
    else waiting(runner);
  }

  #grow(): void {
    if (this.#more === 0 || this.#starting) return;
    this.#more--;
    this.#starting = true;
    this.#start().then(
      (runner) => {
        this.#starting = false;
        this.#give(runner);
        if (this.#waiting.length > 0) this.#grow();
      },
      () => {
        this.#starting = false;
      },
    );
  }
}
