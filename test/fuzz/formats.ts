import { FormatError, probe, read, sniff } from '../../src/formats/index.ts';
import { colourOfIcc } from '../../src/formats/colour/icc.ts';
import { Coverage } from './coverage.ts';
import { formatsCorpus, type CorpusFile } from './formats-corpus.ts';
import { generator, mutate, spliced } from './mutate.ts';

/** Of a small file; a reader that takes longer hangs, for those who wait. */
const MAX_MILLISECONDS = 2000;
/** Below the default, so that a mutated size can never be a reason for a big allocation to pass unnoticed. */
const LIMITS = { maxPixels: 1_000_000, maxDimension: 65_500 };
/** For runs of many millions: most of their time would go into filling pixels. */
const SMALL = { maxPixels: 4096, maxDimension: 4096 };
/** Pixels, the reader's copies of a block, and room for what was there before. */
const MAX_BYTES = 256e6;
/** Those whose readers are ours down to the last byte, and so need no library's time. */
const OURS: readonly string[] = ['exr', 'hdr', 'pfm', 'tiff'];

export interface Outcome {
  readonly executions: number;
  readonly failures: string[];
}

/**
 * Mutates small files of every kind and reads them: each must give a picture of finite samples or a FormatError, soon, in
 * bounded memory. The same seed gives the same files.
 */
export async function fuzzFormats(iterations: number, seed: number): Promise<Outcome> {
  const files = await formatsCorpus();
  const random = generator(seed);
  const failures: string[] = [];
  for (let i = 0; i < iterations; i++) {
    const { name, bytes } = files[random(files.length)]!;
    const failure = await timed(() => readWhole(mutate(bytes, random)));
    if (failure) failures.push(`${name}, seed ${seed}, execution ${i}: ${failure}`);
  }
  return { executions: iterations, failures };
}

export interface GuidedOutcome extends Outcome {
  /** Branches of the readers that have run. */
  readonly branches: number;
  /** What reached one that nothing before it had, with the files it all began with. */
  readonly corpus: readonly CorpusFile[];
  /** The files that failed. */
  readonly findings: readonly CorpusFile[];
}

/** Executions that look for new branches, at most and as a share of all: V8 counts at a tenth of the speed. */
const GUIDED = { most: 5000, share: 0.1 };
/** Of the files at full speed one in so many is read to its last pixel, the others as far as their header. */
const WHOLE = 8;

/**
 * Coverage-guided: what reaches a branch of our parsers that nothing did before is mutated further; then all that was found is
 * mutated at full speed. Headers of every format, profiles and gain-map metadata, and whole pictures of the formats that no library
 * decodes.
 *
 * V8 counts only what it has not optimised, so that a process is good for one such run.
 */
export async function fuzzFormatParsers(iterations: number, seed: number): Promise<GuidedOutcome> {
  const corpus: CorpusFile[] = [...(await formatsCorpus())];
  const random = generator(seed);
  const failures: string[] = [];
  const findings: CorpusFile[] = [];
  const attempt = async (i: number, whole: boolean): Promise<CorpusFile> => {
    // What was found last has been tried least.
    const from = corpus[random(2) ? random(corpus.length) : Math.max(0, corpus.length - 1 - random(64))]!;
    const source = random(8) ? from.bytes : spliced(from.bytes, corpus[random(corpus.length)]!.bytes, random);
    const bytes = mutate(source, random);
    const failure = await timed(() => readOurs(bytes, whole));
    if (failure) {
      failures.push(`${from.name}, seed ${seed}, execution ${i}: ${failure}`);
      findings.push({ name: `${sniff(bytes) ?? 'none'}-${seed}-${i}`, bytes });
    }
    return { name: from.name, bytes };
  };
  const guided = Math.min(GUIDED.most, Math.ceil(GUIDED.share * iterations));
  const coverage = new Coverage(/\/src\/(formats|container)\//);
  for (let i = 0; i < guided; i++) {
    const tried = await attempt(i, true);
    if (coverage.takeNew()) corpus.push(tried);
  }
  coverage.stop();
  for (let i = guided; i < iterations; i++) await attempt(i, i % WHOLE === 0);
  return { executions: iterations, failures, branches: coverage.branches, corpus, findings };
}

async function timed(attempt: () => Promise<string | null>): Promise<string | null> {
  const before = process.memoryUsage().arrayBuffers;
  const started = performance.now();
  let failure: string | null = null;
  try {
    failure = await attempt();
  } catch (error) {
    if (!(error instanceof FormatError))
      return `an error without a name: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`;
  }
  const milliseconds = performance.now() - started;
  if (milliseconds > MAX_MILLISECONDS) return `took ${Math.round(milliseconds)} ms`;
  if (process.memoryUsage().arrayBuffers - before > MAX_BYTES) return 'more memory than the limits allow';
  return failure;
}

async function readWhole(bytes: Uint8Array): Promise<string | null> {
  const { width, height, data } = await read(bytes, LIMITS);
  if (data.length !== width * height * 3) return 'the picture has another size than it says';
  return data.every((value) => value >= 0 && value < Infinity)
    ? null
    : 'the picture has samples that are no light';
}

async function readOurs(bytes: Uint8Array, whole: boolean): Promise<string | null> {
  const profile = bytes.length > 128 ? bytes.indexOf(0x61, 36) : -1;
  if (profile >= 36) colourOfIcc(bytes.subarray(profile - 36));
  const { kind, width, height, headroom } = probe(bytes);
  if (!Number.isFinite(width * height)) return 'a size that is no number';
  if (headroom !== null && !Number.isFinite(headroom)) return 'a headroom that is no number';
  if (!whole || !OURS.includes(kind)) return null;
  const { data } = await read(bytes, SMALL);
  return data.every((value) => value >= 0 && value < Infinity)
    ? null
    : 'the picture has samples that are no light';
}
