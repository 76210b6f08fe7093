import { announcementPlace, ContainerError, jpegSegments, MARKER } from '../../src/container/index.ts';
import { FormatError, probe, probeFile, PROBE_BYTES, type Probe } from '../../src/formats/index.ts';
import { findGainMap } from '../../src/formats/ultra-hdr/find.ts';
import { keptGainMapPart } from '../../src/gain-map/index.ts';
import { codedJpeg } from '../../src/origin/coded-jpeg.ts';
import { authorOf } from '../../src/origin/metadata/author.ts';
import { lostByCoding, plainJpeg } from '../../src/origin/metadata/plain-jpeg.ts';
import { fuzzGuided, type GuidedOutcome } from './guided.ts';
import { mutate } from './mutate.ts';
import { mutateSegments } from './mutate-segments.ts';
import { metadataCorpus } from './metadata-corpus.ts';

/** Of the files one in so many is coded anew, which takes libvips. */
const CODED = 64;
/** What a file may be read in, so that small ones are read in several pieces, too. */
const PIECES = [200, 1000, PROBE_BYTES];
/** As `probeFile` has it: of 200 bytes twice as many up to 4 MiB, and pieces of four places. */
const MOST_READS = 20;

/**
 * Coverage-guided by the branches of what edits and reads metadata on the origin's way: each file must be edited or refused by name,
 * soon, and what comes out is a JPEG of the same coded bytes, no longer than it was.
 */
export async function fuzzMetadata(iterations: number, seed: number): Promise<GuidedOutcome> {
  const target = {
    seeds: await metadataCorpus(),
    within: /\/src\/(origin\/metadata|gain-map|container|formats\/(ultra-hdr|avif|tiff|probe))/,
    mutate: (bytes: Uint8Array, random: (below: number) => number) =>
      random(3) === 0 ? mutate(bytes, random) : mutateSegments(bytes, random),
    named: [FormatError, ContainerError],
    attempt,
  };
  return fuzzGuided(target, iterations, seed);
}

async function attempt(bytes: Uint8Array, i: number): Promise<string | null> {
  return (
    (await probedInPieces(bytes, PIECES[i % PIECES.length]!)) ??
    refusable(() => keptWithMap(bytes)) ??
    refusable(() => edited(bytes)) ??
    (i % CODED === 0 ? await codedAnew(bytes) : null)
  );
}

function edited(bytes: Uint8Array): string | null {
  const before = Buffer.from(bytes);
  const whole = plainJpeg(bytes, { keepLocation: true });
  const { bytes: plain, notices } = plainJpeg(bytes);
  const map = plainJpeg(bytes, { keepGainMap: true });
  lostByCoding(bytes);
  authorOf(bytes);
  const coded = codedOf(bytes);
  for (const jpeg of [whole.bytes, plain, map.bytes]) {
    if (jpeg.length > bytes.length) return 'a file that is longer than it was';
    if (Buffer.compare(codedOf(jpeg), coded) !== 0) return 'a file whose coded bytes are others';
  }
  if (whole.notices.includes('location_removed')) return 'a place gone that was to stay';
  if (Buffer.compare(bytes, before) !== 0) return 'the bytes that were handed in are others';
  if (plainJpeg(plain).notices.length > 0) return 'a place that is found the second time';
  if (plain.length === bytes.length && notices.length > 0 && Buffer.compare(plain, bytes) === 0)
    return 'a notice of what has not been done';
  return null;
}

/** Everything but segments APPn and the SOI, up to the EOI. */
function codedOf(jpeg: Uint8Array): Buffer {
  const kept = Array.from(jpegSegments(jpeg)).filter(
    ({ marker }) => marker !== MARKER.SOI && (marker < 0xe0 || marker > 0xef),
  );
  return Buffer.concat(kept.map(({ offset, end }) => jpeg.subarray(offset, end)));
}

/** A photographer's base and map as they are stored. */
function keptWithMap(bytes: Uint8Array): string | null {
  const map = findGainMap(bytes);
  if (map === null || map.meaning.by === 'apple') return null;
  const base = plainJpeg(bytes).bytes;
  const own = bytes.subarray(map.start, map.end);
  const kept = plainJpeg(own, { keepGainMap: true }).bytes;
  const at = announcementPlace(base);
  const part = keptGainMapPart(base, at, kept, map.meaning.metadata);
  const start = Buffer.from(part).indexOf(Buffer.of(0xff, MARKER.SOI, 0xff));
  if (Buffer.compare(codedOf(part.subarray(start)), codedOf(own)) !== 0)
    return 'a map whose coded bytes are others';
  const file = Buffer.concat([
    base.subarray(0, at),
    part.subarray(0, start),
    base.subarray(at),
    part.subarray(start),
  ]);
  return findGainMap(file) === null ? 'a map that is not found again' : null;
}

async function probedInPieces(bytes: Uint8Array, piece: number): Promise<string | null> {
  let reads = 0;
  try {
    const { elsewhere } = probe(bytes.subarray(0, piece));
    for (const at of elsewhere ?? [])
      checkProbe(probe(bytes.subarray(0, piece), bytes.subarray(at, at + piece)));
  } catch (error) {
    if (!(error instanceof FormatError)) throw error;
  }
  try {
    const found = await probeFile((offset, length) => {
      reads += 1;
      // A first piece shorter than was asked for: the file goes on all the same.
      return Promise.resolve(bytes.subarray(offset, offset + (offset === 0 ? piece : length)));
    });
    return checkProbe(found) ?? (reads > MOST_READS ? `${reads} reads` : null);
  } catch (error) {
    if (error instanceof FormatError) return null;
    throw error;
  }
}

function checkProbe({ width, height, headroom }: Probe): string | null {
  if (!Number.isSafeInteger(width * height)) return 'a size that is no number';
  return headroom === null || Number.isFinite(headroom) ? null : 'a headroom that is no number';
}

async function codedAnew(bytes: Uint8Array): Promise<string | null> {
  const pixel = { width: 1, height: 1, data: Uint8Array.of(1, 2, 3) };
  const author = authorOf(bytes);
  const coded = await codedJpeg(pixel, 50, author);
  const said = authorOf(coded);
  for (const field of ['artist', 'copyright'] as const)
    if ((said[field] === undefined) !== (author[field] === undefined)) return `an ${field} that is lost`;
  return null;
}

/** What is refused by name has been answered; what comes after it is still to be tried. */
function refusable(attempt: () => string | null): string | null {
  try {
    return attempt();
  } catch (error) {
    if (error instanceof FormatError || error instanceof ContainerError) return null;
    throw error;
  }
}
