import { ContainerError } from './errors.ts';
import { isModelId, MAX_LAYERS } from './header-values.ts';
import { partEnd, type CuttablePart, type GainMapPart, type Layout, type Part } from './layout.ts';
import { shownSize } from './orientation.ts';

interface IndexedPicture {
  readonly base: Part;
  /** Pixels, as the picture is shown. */
  readonly width: number;
  /** Pixels, as the picture is shown. */
  readonly height: number;
  /** What became of the picture's metadata, in words of `[a-z_]`; absent: nothing. */
  readonly notices?: readonly string[];
}

/** What one must know of a stored file to plan a cut and to describe it, without its bytes. */
export type LayoutIndex =
  | ({ readonly kind: 'sdr' } & IndexedPicture)
  | ({
      readonly kind: 'layered';
      readonly headerBox: Part;
      /** The whole ones. */
      readonly layers: readonly CuttablePart[];
      readonly gainMap: GainMapPart | null;
      /** log2(peak / 203 cd/m²), in stops. */
      readonly headroom: number;
      readonly modelId: string;
    } & IndexedPicture);

const INDEX_VERSION = 1;
const MAX_INDEX_CHARACTERS = 1500;
const MOST_NOTICES = 4;

/** A layout as compact ASCII JSON of at most 1500 characters, to be kept beside the file. */
export function layoutIndex(layout: Layout, notices: readonly string[] = []): string {
  const v = INDEX_VERSION;
  const b = layout.base.length;
  const n = notices.length === 0 ? {} : { n: notices };
  const { width: w, height: h } = shownSize(layout);
  if (layout.kind === 'sdr') return JSON.stringify({ v, b, w, h, ...n });
  const { header, headerBox, layers, gainMap } = layout;
  return JSON.stringify({
    v,
    b,
    w,
    h,
    x: headerBox.length,
    l: layers.filter((layer) => layer.complete).map((layer) => layer.length),
    ...(gainMap?.complete === true ? { g: gainMapField(gainMap) } : {}),
    s: header.headroom,
    m: header.modelId,
    ...n,
  });
}

/** Reads what `layoutIndex` wrote. Throws ContainerError `invalid_index` for anything else. */
export function parseLayoutIndex(json: string): LayoutIndex {
  if (json.length > MAX_INDEX_CHARACTERS) throw invalid();
  const { v, b, w, h, x, l, g, s, m, n } = parseObject(json);
  if (v !== INDEX_VERSION) throw invalid();
  const size = { width: length(w), height: length(h) };
  const picture = { base: { offset: 0, length: length(b) }, ...size, ...parseNotices(n) };
  if (x === undefined) return { kind: 'sdr', ...picture };
  if (!Array.isArray(l) || l.length > MAX_LAYERS) throw invalid();
  if (typeof s !== 'number' || !Number.isFinite(s) || typeof m !== 'string' || !isModelId(m)) throw invalid();
  const headerBox = { offset: picture.base.length, length: length(x) };
  let at = partEnd(headerBox);
  const next = (value: unknown): CuttablePart => {
    const part = { offset: at, length: length(value), complete: true };
    at = partEnd(part);
    return part;
  };
  const layers = l.map(next);
  const gainMap = g === undefined ? null : announcedPart(g, picture.base, next);
  return { kind: 'layered', ...picture, headerBox, layers, gainMap, headroom: s, modelId: m };
}

/** Length of the part, and where its announcement goes and how long it is. */
function gainMapField({ length, announcement }: GainMapPart): readonly [number, number, number] {
  return [length, announcement.at, announcement.length];
}

function announcedPart(field: unknown, base: Part, next: (value: unknown) => CuttablePart): GainMapPart {
  if (!Array.isArray(field) || field.length !== 3) throw invalid();
  const [bytes, at, announced] = field as unknown[];
  const part = next(bytes);
  if (!isCount(at, base.length) || !isCount(announced, part.length)) throw invalid();
  return { ...part, announcement: { at, length: announced } };
}

function isCount(value: unknown, most: number): value is number {
  return typeof value === 'number' && Number.isInteger(value) && value >= 0 && value <= most;
}

function parseNotices(field: unknown): { readonly notices?: readonly string[] } {
  if (field === undefined) return {};
  if (!Array.isArray(field) || field.length > MOST_NOTICES) throw invalid();
  const notices = field.map((notice: unknown) => {
    if (typeof notice !== 'string' || !/^[a-z_]{1,40}$/.test(notice)) throw invalid();
    return notice;
  });
  return { notices };
}

function parseObject(json: string): Record<string, unknown> {
  let value: unknown;
  try {
    value = JSON.parse(json);
  } catch {
    throw invalid();
  }
  if (typeof value !== 'object' || value === null) throw invalid();
  return value as Record<string, unknown>;
}

function length(value: unknown): number {
  if (typeof value !== 'number' || !Number.isInteger(value) || value < 1 || value > 0xffffffff)
    throw invalid();
  return value;
}

function invalid(): ContainerError {
  return new ContainerError('invalid_index', 'This is not an index of a layered file.');
}
