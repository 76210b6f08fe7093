import { FormatError, probe, read } from '../../src/formats/index.ts';
import { colourOfIcc } from '../../src/formats/colour/icc.ts';
import { formatsCorpus } from './formats-corpus.ts';
import { fuzzGuided, timed, type GuidedOutcome, type Outcome } from './guided.ts';
import { generator, mutate } from './mutate.ts';

/** Below the default, so that a mutated size can never be a reason for a big allocation to pass unnoticed. */
const LIMITS = { maxPixels: 1_000_000, maxDimension: 65_500 };
/** For runs of many millions: most of their time would go into filling pixels. */
const SMALL = { maxPixels: 4096, maxDimension: 4096 };
/** Those whose readers are ours down to the last byte, and so need no library's time. */
const OURS: readonly string[] = ['exr', 'hdr', 'pfm', 'tiff'];

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
    const failure = await timed(() => readWhole(mutate(bytes, random)), [FormatError]);
    if (failure) failures.push(`${name}, seed ${seed}, execution ${i}: ${failure}`);
  }
  return { executions: iterations, failures };
}

/** Of the files at full speed one in so many is read to its last pixel, the others as far as their header. */
const WHOLE = 8;

/**
 * Coverage-guided by the branches of our parsers: headers of every format, profiles and gain-map metadata, and whole pictures of the
 * formats that no library decodes.
 */
export async function fuzzFormatParsers(iterations: number, seed: number): Promise<GuidedOutcome> {
  const target = {
    seeds: await formatsCorpus(),
    within: /\/src\/(formats|container)\//,
    mutate,
    named: [FormatError],
    attempt: (bytes: Uint8Array, i: number, guided: boolean) => readOurs(bytes, guided || i % WHOLE === 0),
  };
  return fuzzGuided(target, iterations, seed);
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
