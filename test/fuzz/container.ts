import { readdirSync, readFileSync } from 'node:fs';
import CRC32 from 'crc-32';
import {
  ContainerError,
  cut,
  cutPlan,
  findEndOfImage,
  jpegSize,
  layoutIndex,
  parseLayoutIndex,
  readBase,
  readGainMap,
  readLayer,
  readLayout,
  stripToBase,
} from '../../src/container/index.ts';

const VECTORS = new URL('../vectors/container/', import.meta.url);
/** No single file may take longer to read. */
const LIMIT_MS = 2000;
const MAGIC = Buffer.from('af474c570d0a1a0a', 'hex');

export interface ContainerFuzzFailure {
  readonly iteration: number;
  readonly message: string;
  /** The file that failed, in hexadecimal. */
  readonly file: string;
}

/**
 * Reads mutated layered files: for any bytes there must be a value or a ContainerError, within two seconds.
 *
 * @param iterations number of mutated files
 * @param seed of the mutations; the same seed gives the same files
 */
export function fuzzContainer(
  iterations: number,
  seed: number,
): { executions: number; failures: ContainerFuzzFailure[] } {
  const random = mulberry32(seed);
  const originals = readdirSync(VECTORS)
    .filter((name) => name.endsWith('.bin'))
    .sort()
    .map((name) => readFileSync(new URL(name, VECTORS)));
  const failures: ContainerFuzzFailure[] = [];
  for (let iteration = 0; iteration < iterations; iteration++) {
    const bytes = mutate(originals, random);
    const start = performance.now();
    const message = complaint(bytes);
    const spent = performance.now() - start;
    const hang = spent > LIMIT_MS ? `took ${Math.round(spent)} ms` : null;
    const problem = message ?? hang;
    if (problem !== null) failures.push({ iteration, message: problem, file: bytes.toString('hex') });
  }
  return { executions: iterations, failures };
}

function complaint(bytes: Uint8Array): string | null {
  try {
    readEverything(bytes);
    return null;
  } catch (error) {
    return error instanceof Error ? (error.stack ?? error.message) : String(error);
  }
}

/** Calls every reader on these bytes; throws where one does anything but answer or throw a ContainerError. */
export function readEverything(bytes: Uint8Array): void {
  answer(() => jpegSize(bytes));
  answer(() => findEndOfImage(bytes));
  answer(() => stripToBase(bytes));
  for (const hdr of ['0', '1', 'gainmap'] as const) answer(() => cut(bytes, { hdr, layers: 1 }));
  const layout = answer(() => readLayout(bytes));
  if (layout === undefined) return;
  if (!(layout.orientation >= 1 && layout.orientation <= 8)) throw new Error('an orientation that is none');
  const index = parseLayoutIndex(layoutIndex(layout));
  const [prefix] = cutPlan(index, { hdr: '1' });
  if (prefix === undefined || prefix.length > bytes.length) throw new Error('a cut reaches past the file');
  if (prefix.length < layout.base.length) throw new Error('a cut is shorter than the base');
  answer(() => readGainMap(bytes, layout));
  if (layout.kind === 'sdr') return;
  answer(() => readBase(bytes, layout));
  for (const [k, { complete, length }] of layout.layers.entries()) {
    const layer = answer(() => readLayer(bytes, layout, k));
    if (layer !== undefined && !(complete && layer.length === length)) {
      throw new Error(`layer ${k} reads other than the layout says`);
    }
  }
}

function answer<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch (error) {
    if (error instanceof ContainerError) return undefined;
    throw error;
  }
}

/** One file with one to four mutations; every other one has its header's checksums made right, so as to get past them. */
function mutate(originals: readonly Buffer[], random: () => number): Buffer {
  const below = (n: number) => Math.trunc(random() * n);
  let bytes: Buffer = Buffer.from(originals[below(originals.length)]!);
  for (let n = 1 + below(4); n > 0 && bytes.length > 0; n--) {
    bytes = mutateOnce(bytes, originals[below(originals.length)]!, below);
  }
  if (below(2) === 0) mendHeader(bytes);
  return bytes;
}

function mutateOnce(bytes: Buffer, other: Buffer, below: (n: number) => number): Buffer {
  const at = below(bytes.length);
  const box = Math.max(0, bytes.indexOf(MAGIC));
  switch (below(7)) {
    case 0:
      bytes[at]! ^= 1 << below(8);
      return bytes;
    case 1:
      bytes[at] = below(256);
      return bytes;
    case 2:
      return bytes.subarray(0, at);
    case 3:
      return Buffer.concat([bytes.subarray(0, at), other.subarray(below(other.length))]);
    case 4:
      return Buffer.concat([bytes.subarray(0, at), bytes.subarray(below(bytes.length))]);
    case 5:
      // A header field, most of which are lengths, counts or sizes.
      return overwrite(bytes, box + below(160), [0, 1, 0x7fffffff, 0xffffffff, below(2 ** 32)][below(5)]!);
    default:
      // A segment length somewhere in the base.
      return overwrite(bytes, below(Math.max(1, box)), 0xff000000 + below(2 ** 24));
  }
}

function overwrite(bytes: Buffer, at: number, value: number): Buffer {
  if (at + 4 <= bytes.length) bytes.writeUInt32BE(value, at);
  return bytes;
}

function mendHeader(bytes: Buffer): void {
  const box = bytes.indexOf(MAGIC);
  if (box < 0 || box + 20 > bytes.length) return;
  bytes.writeInt32BE(CRC32.buf(bytes.subarray(box, box + 12)), box + 12);
  const end = box + bytes.readUInt16BE(box + 10) - 4;
  if (end < box + 16 || end + 4 > bytes.length) return;
  bytes.writeInt32BE(CRC32.buf(bytes.subarray(box, end)), end);
}

/** Mulberry32 (Tommy Ettinger, public domain): [0, 1). */
function mulberry32(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}
