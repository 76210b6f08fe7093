import { Coverage } from './coverage.ts';
import type { CorpusFile } from './formats-corpus.ts';
import { generator, spliced } from './mutate.ts';

/** Of a small file; a reader that takes longer hangs, for those who wait. */
const MAX_MILLISECONDS = 2000;
/** Pixels, the reader's copies of a block, and room for what was there before. */
const MAX_BYTES = 256e6;

export interface Outcome {
  readonly executions: number;
  readonly failures: string[];
}

export interface GuidedOutcome extends Outcome {
  /** Branches that have run of what is under test. */
  readonly branches: number;
  /** What reached one that nothing before it had, with the files it all began with. */
  readonly corpus: readonly CorpusFile[];
  /** The files that failed. */
  readonly findings: readonly CorpusFile[];
}

export interface Target {
  readonly seeds: readonly CorpusFile[];
  /** Of the URLs of the scripts whose branches count. */
  readonly within: RegExp;
  mutate(source: Uint8Array, random: (below: number) => number): Uint8Array;
  /** Errors that are answers. */
  readonly named: readonly (abstract new (...rest: never[]) => Error)[];
  /**
   * What is wrong with what came of these bytes; null for nothing.
   *
   * @param execution its number, for what is not to be done each time
   * @param guided    whether branches are being counted
   */
  attempt(bytes: Uint8Array, execution: number, guided: boolean): Promise<string | null>;
}

/** Executions that look for new branches, at most and as a share of all: V8 counts at a tenth of the speed. */
const GUIDED = { most: 5000, share: 0.1 };

/**
 * Coverage-guided: what reaches a branch that nothing did before is mutated further; then all that was found is mutated at full
 * speed. The same seed gives the same files.
 *
 * V8 counts only what it has not optimised, so that a process is good for one such run.
 */
export async function fuzzGuided(target: Target, iterations: number, seed: number): Promise<GuidedOutcome> {
  const corpus: CorpusFile[] = [...target.seeds];
  const random = generator(seed);
  const failures: string[] = [];
  const findings: CorpusFile[] = [];
  const attempt = async (i: number, guided: boolean): Promise<CorpusFile> => {
    // What was found last has been tried least.
    const from = corpus[random(2) ? random(corpus.length) : Math.max(0, corpus.length - 1 - random(64))]!;
    const source = random(8) ? from.bytes : spliced(from.bytes, corpus[random(corpus.length)]!.bytes, random);
    const bytes = target.mutate(source, random);
    const failure = await timed(() => target.attempt(bytes, i, guided), target.named);
    if (failure) {
      failures.push(`${from.name}, seed ${seed}, execution ${i}: ${failure}`);
      findings.push({ name: `${from.name}-${seed}-${i}`, bytes });
    }
    return { name: from.name, bytes };
  };
  const guided = Math.min(GUIDED.most, Math.ceil(GUIDED.share * iterations));
  const coverage = new Coverage(target.within);
  for (let i = 0; i < guided; i++) {
    const tried = await attempt(i, true);
    if (coverage.takeNew()) corpus.push(tried);
  }
  coverage.stop();
  for (let i = guided; i < iterations; i++) await attempt(i, false);
  return { executions: iterations, failures, branches: coverage.branches, corpus, findings };
}

/** What is wrong: with what came of it, an error without a name, time, or memory. */
export async function timed(
  attempt: () => Promise<string | null>,
  named: Target['named'],
): Promise<string | null> {
  const before = process.memoryUsage().arrayBuffers;
  const started = performance.now();
  let failure: string | null = null;
  try {
    failure = await attempt();
  } catch (error) {
    if (!named.some((kind) => error instanceof kind))
      return `an error without a name: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`;
  }
  const milliseconds = performance.now() - started;
  if (milliseconds > MAX_MILLISECONDS) return `took ${Math.round(milliseconds)} ms`;
  if (process.memoryUsage().arrayBuffers - before > MAX_BYTES) return 'more memory than the limits allow';
  return failure;
}
