import { ContainerError } from './errors.ts';
import { partBytes, partEnd, type CuttablePart, type GainMapPart, type Part } from './layout.ts';
import { readLayout } from './read.ts';
import { concatenate } from './write.ts';

/** Which representation of a file: the plain JPEG, JPEG + enhancement layers, or JPEG + gain map. */
export interface Representation {
  readonly hdr: '0' | '1' | 'gainmap';
  /** With `hdr: '1'`: at most that many layers, an integer from 0; all when absent. */
  readonly layers?: number | undefined;
}

/** What a cut must know of a file: a `Layout` and a `LayoutIndex` both say it. */
export type Cuttable =
  | { readonly kind: 'sdr'; readonly base: Part }
  | {
      readonly kind: 'layered';
      readonly base: Part;
      readonly headerBox: Part;
      readonly layers: readonly CuttablePart[];
      readonly gainMap: GainMapPart | null;
    };

/**
 * The byte ranges which, one after the other, are a representation. `hdr: '1'` is a single prefix of the file, up to the
 * end of the last layer that is asked for and whole, and so always an extension of `hdr: '0'`; of a file without layers
 * it is the base. `hdr: 'gainmap'` is the base, the announcement put in at its place, and the map.
 *
 * @throws ContainerError `no_gain_map`, `truncated_gain_map`, `invalid_argument`
 */
export function cutPlan(file: Cuttable, { hdr, layers }: Representation): Part[] {
  const base = { offset: 0, length: file.base.length };
  if (hdr === '0') return [base];
  if (hdr === 'gainmap') return announced(base, wholeGainMap(file));
  if (layers !== undefined && !(Number.isInteger(layers) && layers >= 0)) {
    throw new ContainerError('invalid_argument', `${layers} is no number of layers.`);
  }
  if (file.kind === 'sdr') return [base];
  const sent = file.layers.slice(0, layers).filter((layer) => layer.complete);
  return [{ offset: 0, length: partEnd(sent.at(-1) ?? file.headerBox) }];
}

/** The bytes of a representation: a view of the file where it is one range. Throws what `readLayout` and `cutPlan` do. */
export function cut(bytes: Uint8Array, representation: Representation): Uint8Array {
  const parts = cutPlan(readLayout(bytes), representation).map((part) => partBytes(bytes, part));
  return parts.length === 1 ? parts[0]! : concatenate(parts);
}

function announced(base: Part, { offset, length, announcement }: GainMapPart): Part[] {
  const { at, length: first } = announcement;
  const map = { offset: offset + first, length: length - first };
  if (first === 0) return [base, map];
  const parts = [
    { offset: 0, length: at },
    { offset, length: first },
    { offset: at, length: base.length - at },
    map,
  ];
  return parts.filter((part) => part.length > 0);
}

function wholeGainMap(file: Cuttable): GainMapPart {
  if (file.kind === 'sdr' || file.gainMap === null) {
    throw new ContainerError('no_gain_map', 'The file has no gain-map part.');
  }
  if (!file.gainMap.complete) {
    throw new ContainerError('truncated_gain_map', 'The file is cut before the end of its gain-map part.');
  }
  return file.gainMap;
}
