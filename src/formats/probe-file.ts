import { FormatError } from './errors.ts';
import { probe, PROBE_BYTES, type Probe } from './probe.ts';

/** Reads a piece of a file: fewer bytes at its end, none beyond it. */
export type ReadPiece = (offset: number, length: number) => Promise<Uint8Array>;

/** Beginnings are read up to here: metadata with pictures of their own (C2PA manifests, depth maps) have been seen to take more than 1 MB. */
const MOST_BEGINNING = 4 * 2 ** 20;
/** Pictures of one file that are looked at for a gain map. */
const MOST_LOOKS = 4;

/**
 * As `probe`, of a file that can be read in pieces: mostly its first 64 kB. Where they end within its header, as many again are read; where
 * they say that a gain map begins farther on, 64 kB of that.
 *
 * @throws FormatError
 */
export async function probeFile(read: ReadPiece): Promise<Probe> {
  const { beginning, found } = await probeBeginning(read);
  const places = found.elsewhere?.filter((at) => Number.isSafeInteger(at)) ?? [];
  for (const at of places.slice(0, MOST_LOOKS)) {
    const piece = await read(at, PROBE_BYTES);
    const more = probe(beginning, piece);
    if (!more.elsewhere) return more;
  }
  return found;
}

async function probeBeginning(read: ReadPiece): Promise<{ beginning: Uint8Array; found: Probe }> {
  let beginning = await read(0, PROBE_BYTES);
  for (;;) {
    const attempt = attempted(beginning);
    if (attempt instanceof FormatError || attempt.cut) {
      const { length } = beginning;
      const next = length < MOST_BEGINNING ? await read(length, length) : new Uint8Array();
      if (next.length > 0) {
        beginning = Buffer.concat([beginning, next]);
        continue;
      }
    }
    if (attempt instanceof FormatError) throw attempt;
    return { beginning, found: attempt };
  }
}

/** What is found, or why nothing is where more bytes may help. */
function attempted(beginning: Uint8Array): Probe | FormatError {
  try {
    return probe(beginning);
  } catch (error) {
    if (error instanceof FormatError && error.code === 'damaged') return error;
    throw error;
  }
}
