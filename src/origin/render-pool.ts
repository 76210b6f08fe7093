import { setTimeout as sleep } from 'node:timers/promises';
import { Piscina } from 'piscina';
import { ProblemError } from '../delivery/problem.ts';
import { Admission, type Place } from './admission.ts';
import { JobGuard } from './job-guard.ts';
import type { Job, JobAnswers, JobKind, JobMessage, JobOf, JobOutcome, WorkerSettings } from './jobs.ts';
import { jobTimeout, queueFull, shuttingDown, tenantQueueFull, workerLost } from './problems.ts';

export interface RenderPoolOptions {
  /** The bundle of `render-worker.ts`. */
  readonly workerFile: URL;
  readonly workers: number;
  /** How many more may wait. */
  readonly queueLimit: number;
  /** How many places one tenant may take, rendered or waiting; all of them if absent. */
  readonly tenantLimit?: number | undefined;
  /** Seconds that a job may run. */
  readonly jobTimeout: number;
  /** Milliseconds that a cancelled job has to end by itself, before its worker is terminated. */
  readonly grace?: number;
  readonly settings: WorkerSettings;
  /** Told of a worker that fails while it does nothing for anyone. */
  readonly onWorkerError: (error: unknown) => void;
}

const DEFAULT_GRACE = 1000;
/** Milliseconds between two looks at whether a worker can be terminated. */
const KILL_POLL = 20;

/** The threads in which pictures are rendered, and the bounded queue in front of them. */
export class RenderPool {
  readonly #options: RenderPoolOptions;
  readonly #admission: Admission;
  readonly #threads: Piscina<JobMessage, JobOutcome>;
  readonly #closing = new AbortController();
  readonly #running = new Set<Promise<unknown>>();

  constructor(options: RenderPoolOptions) {
    this.#options = options;
    const { workers: slots, queueLimit: waiting, tenantLimit: perTenant = Infinity } = options;
    this.#admission = new Admission({ slots, waiting, perTenant });
    this.#threads = new Piscina({
      filename: options.workerFile.href,
      minThreads: options.workers,
      maxThreads: options.workers,
      workerData: options.settings,
    });
    this.#threads.on('error', options.onWorkerError);
  }

  /** Requests that wait. */
  get depth(): number {
    return this.#admission.depth;
  }

  /** Requests that are being rendered. */
  get active(): number {
    return this.#admission.served;
  }

  /** Loads the default model in every worker; answers what one of them says. */
  async warm(): Promise<JobAnswers['warm']> {
    const jobs = Array.from({ length: this.#options.workers }, () =>
      this.#start({ kind: 'warm' }, this.#closing.signal),
    );
    const [outcome] = await Promise.all(jobs);
    return answerOf(outcome!) as JobAnswers['warm'];
  }

  /**
   * A place for one request, to be left when it is answered. Throws ProblemError `queue_full`, `tenant_queue_full`, `shutting_down`.
   *
   * @param tenant whose request it is; '' for all who do not say
   */
  enter(tenant = ''): Place {
    if (this.#closing.signal.aborted) throw shuttingDown();
    const place = this.#admission.enter(tenant);
    if (place === 'full') throw queueFull();
    if (place === 'tenant_full') throw tenantQueueFull();
    return place;
  }

  /**
   * Waits for the place's turn and does the job; the memory of `job.body` goes over to the worker. When `signal` is
   * aborted the job is too. Throws ProblemError: what the input is refused for, `job_timeout`, `shutting_down`, `worker_lost`.
   */
  async run<K extends JobKind>(place: Place, job: JobOf<K>, signal: AbortSignal): Promise<JobAnswers[K]> {
    const wanted = AbortSignal.any([signal, this.#closing.signal]);
    await place.turn(wanted);
    const limit = AbortSignal.timeout(this.#options.jobTimeout * 1000);
    let outcome: JobOutcome;
    try {
      outcome = await this.#start(job as Job, AbortSignal.any([wanted, limit]));
    } catch (cause) {
      wanted.throwIfAborted();
      throw limit.aborted ? jobTimeout(this.#options.jobTimeout) : workerLost(cause);
    }
    return answerOf(outcome) as JobAnswers[K];
  }

  /** Cancels what runs and waits, then ends the threads. */
  async close(): Promise<void> {
    this.#closing.abort(shuttingDown());
    await Promise.allSettled(this.#running);
    await this.#threads.destroy();
  }

  async #start(job: Job, signal: AbortSignal): Promise<JobOutcome> {
    signal.throwIfAborted();
    const guard = new JobGuard();
    const kill = new AbortController();
    const transferList = 'body' in job ? [job.body.buffer as ArrayBuffer] : [];
    const running = this.#threads.run(
      { job, guard: guard.memory },
      { transferList, signal: kill.signal, filename: null },
    );
    const stop = () => void this.#stop(running, guard, kill);
    signal.addEventListener('abort', stop, { once: true });
    this.#running.add(running);
    try {
      return await running;
    } finally {
      this.#running.delete(running);
      signal.removeEventListener('abort', stop);
    }
  }

  /** Lets a job end by itself, at its next step into ONNX Runtime, and terminates the worker where that takes too long. */
  async #stop(running: Promise<unknown>, guard: JobGuard, kill: AbortController): Promise<void> {
    guard.cancel();
    const ended = running.then(
      () => true,
      () => true,
    );
    if (await Promise.race([ended, sleep(this.#options.grace ?? DEFAULT_GRACE, false)])) return;
    while (!guard.killable) {
      if (await Promise.race([ended, sleep(KILL_POLL, false)])) return;
    }
    kill.abort();
  }
}

function answerOf(outcome: JobOutcome): JobAnswers[JobKind] {
  if (outcome.kind === 'refused') throw new ProblemError(outcome.problem);
  return outcome.answer;
}
