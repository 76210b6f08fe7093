const CANCELLED = 0;
const INSIDE_NATIVE = 1;

/** Thrown in a worker whose job is not wanted any more. */
export class JobCancelled extends Error {
  readonly code = 'job_cancelled';

  constructor() {
    super('The job was cancelled.');
    this.name = 'JobCancelled';
  }
}

/**
 * Two flags in memory that server and worker share. A thread that is terminated inside ONNX Runtime takes the whole
 * process down with it (the binding's C++ exception has nowhere to go). So a worker says when it enters ONNX Runtime and
 * does not enter it for a cancelled job; outside of it, a worker may be terminated at any time.
 *
 * Each side writes its own flag before it reads the other's, and atomics are sequentially consistent: once `cancel` was
 * called, `killable` that is true stays true.
 */
export class JobGuard {
  readonly memory: SharedArrayBuffer;
  readonly #flags: Int32Array;

  constructor(memory = new SharedArrayBuffer(2 * Int32Array.BYTES_PER_ELEMENT)) {
    this.memory = memory;
    this.#flags = new Int32Array(memory);
  }

  /** Server's side: the worker's next step into ONNX Runtime throws. */
  cancel(): void {
    Atomics.store(this.#flags, CANCELLED, 1);
  }

  /** Server's side, after `cancel`: whether the worker can be terminated. */
  get killable(): boolean {
    return Atomics.load(this.#flags, INSIDE_NATIVE) === 0;
  }

  /** Worker's side: does work inside ONNX Runtime. Throws JobCancelled. */
  async native<T>(work: () => Promise<T>): Promise<T> {
    Atomics.add(this.#flags, INSIDE_NATIVE, 1);
    try {
      if (Atomics.load(this.#flags, CANCELLED) === 1) throw new JobCancelled();
      return await work();
    } finally {
      Atomics.sub(this.#flags, INSIDE_NATIVE, 1);
    }
  }
}
