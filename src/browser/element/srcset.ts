/** What an `<img>` would choose of `srcset` and `sizes` (HTML, §4.8.4.3), for a picture that a page loads by itself. */

interface Candidate {
  readonly url: string;
  /** Pixels per CSS pixel; of a width descriptor by the slot's width. */
  readonly density: number;
}

export interface Slot {
  /** Device pixels per CSS pixel. */
  readonly density: number;
  /** CSS pixels: a length of `sizes`, as CSS computes it. */
  readonly measure: (length: string) => number;
  readonly matches: (media: string) => boolean;
}

/** The URL, as it is written; null where there is none. */
export function chooseSource(
  { src, srcset, sizes }: { src: string | null; srcset: string | null; sizes: string | null },
  slot: Slot,
): string | null {
  const candidates = parseSrcset(srcset ?? '', () => slotWidth(sizes ?? '', slot));
  if (src !== null && src !== '' && !candidates.some(({ density }) => density === 1) && !hasWidths(srcset)) {
    candidates.push({ url: src, density: 1 });
  }
  candidates.sort((a, b) => a.density - b.density);
  const enough = candidates.find(({ density }) => density >= slot.density);
  return (enough ?? candidates.at(-1))?.url ?? null;
}

/** A candidate's URL has no space, and no comma at its end; its descriptor is the rest up to a comma. */
const CANDIDATE = /[\s,]*(\S*[^\s,])(?:\s+([^,]+))?\s*(?:,|$)/g;

function parseSrcset(srcset: string, width: () => number): Candidate[] {
  const candidates: Candidate[] = [];
  for (const [, url, descriptor = '1x'] of srcset.matchAll(CANDIDATE)) {
    const found = /^(\d+(?:\.\d+)?)([wx])$/.exec(descriptor.trim());
    if (url === undefined || found === null) continue;
    const value = Number(found[1]);
    if (value > 0) candidates.push({ url, density: found[2] === 'w' ? value / width() : value });
  }
  return candidates;
}

function hasWidths(srcset: string | null): boolean {
  return /\s\d+w\s*(,|$)/.test(srcset ?? '');
}

/** The first length whose media condition holds; the viewport's width without one, as also for `auto`. */
function slotWidth(sizes: string, { measure, matches }: Slot): number {
  for (const size of sizes.split(/,(?![^(]*\))/)) {
    // A length is the last word, or the last function.
    const found = /^(.*?)\s*([\w.%-]+|[\w-]+\((?:[^()]|\([^()]*\))*\))$/.exec(size.trim());
    if (found === null || found[2] === 'auto') continue;
    if (found[1] === '' || matches(found[1]!)) return Math.max(measure(found[2]!), 1);
  }
  return Math.max(measure('100vw'), 1);
}
