/** A place in the queue, which is held from before the body is read until the answer is there. */
export interface Place {
  /** Resolves when it is this place's turn; rejects with the signal's reason when that is aborted before. */
  turn(signal: AbortSignal): Promise<void>;
  /** Gives the place back. The next one is another tenant's, if any waits, and of that tenant's who waits longest. */
  leave(): void;
}

export interface AdmissionLimits {
  /** How many are served at a time. */
  readonly slots: number;
  /** How many more may wait. */
  readonly waiting: number;
  /** How many places one tenant may take, served or waiting. */
  readonly perTenant: number;
}

/**
 * Decides who may come in, and in which order they are served: tenants in turn, each one's requests as they came. Requests for which
 * there is no place are turned away before their body is read, so that the bodies in memory are bounded too.
 */
export class Admission {
  readonly #limits: AdmissionLimits;
  /** By tenant; the first one is next. */
  readonly #waiting = new Map<string, (() => void)[]>();
  /** Places taken, by tenant. */
  readonly #taken = new Map<string, number>();
  #admitted = 0;
  #served = 0;

  constructor(limits: AdmissionLimits) {
    this.#limits = limits;
  }

  /** Requests that are inside and not being served. */
  get depth(): number {
    return this.#admitted - this.#served;
  }

  /** Requests that are being served. */
  get served(): number {
    return this.#served;
  }

  /** A place; `full` when all are taken, `tenant_full` when those of this tenant are. */
  enter(tenant: string): Place | 'full' | 'tenant_full' {
    const { slots, waiting, perTenant } = this.#limits;
    if (this.#admitted >= slots + waiting) return 'full';
    if ((this.#taken.get(tenant) ?? 0) >= perTenant) return 'tenant_full';
    this.#count(tenant, 1);
    let state: 'inside' | 'served' | 'left' = 'inside';
    return {
      turn: async (signal) => {
        await this.#slot(tenant, signal);
        state = 'served';
      },
      leave: () => {
        if (state === 'left') return;
        this.#count(tenant, -1);
        if (state === 'served') this.#release();
        state = 'left';
      },
    };
  }

  /** Nobody is remembered who has no place: a tenant's name takes memory, too. */
  #count(tenant: string, change: number): void {
    this.#admitted += change;
    const taken = (this.#taken.get(tenant) ?? 0) + change;
    if (taken > 0) this.#taken.set(tenant, taken);
    else this.#taken.delete(tenant);
  }

  #slot(tenant: string, signal: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      if (signal.aborted) {
        reject(reasonOf(signal));
        return;
      }
      if (this.#served < this.#limits.slots) {
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
        this.#forget(tenant, give);
        reject(reasonOf(signal));
      };
      signal.addEventListener('abort', abandon, { once: true });
      const queue = this.#waiting.get(tenant);
      if (queue) queue.push(give);
      else this.#waiting.set(tenant, [give]);
    });
  }

  #forget(tenant: string, give: () => void): void {
    const rest = this.#waiting.get(tenant)!.filter((other) => other !== give);
    if (rest.length > 0) this.#waiting.set(tenant, rest);
    else this.#waiting.delete(tenant);
  }

  #release(): void {
    this.#served--;
    const [next] = this.#waiting;
    if (next === undefined) return;
    const [tenant, [give, ...rest]] = next;
    // Behind all others that wait.
    this.#waiting.delete(tenant);
    if (rest.length > 0) this.#waiting.set(tenant, rest);
    give!();
  }
}

function reasonOf(signal: AbortSignal): Error {
  return signal.reason instanceof Error ? signal.reason : new Error(String(signal.reason));
}
