import { adaptationFromD50, chromaticitiesOf } from '../chromaticities.ts';
import { colourOfCicp } from './cicp.ts';
import type { Colour } from './colour.ts';
import { pq, type Curve } from './transfer.ts';

// ICC.1:2022, of which profiles of three matrix columns and three curves are read here, and those that say CICP codes.

/** Tags of a profile; nobody's has more. */
const MOST_TAGS = 100;
const MOST_ENTRIES = 65_536;
/** The s15Fixed16Number 1.0 (4.6). */
const ONE = 65_536;

interface Tag {
  readonly type: string;
  readonly view: DataView;
}

/** What a profile says, or null for one that is damaged, or needs a colour management system (LUTs, CMYK, grey). */
export function colourOfIcc(profile: Uint8Array): Colour | null {
  try {
    return parse(profile);
  } catch (error) {
    // Reads beyond a tag's end are how a damaged profile shows.
    if (error instanceof RangeError) return null;
    throw error;
  }
}

function parse(profile: Uint8Array): Colour | null {
  if (profile.length < 132 || latin1(profile, 36, 40) !== 'acsp' || latin1(profile, 16, 20) !== 'RGB ')
    return null;
  const tags = tagsOf(profile);
  const cicp = tags.get('cicp');
  if (cicp && [16, 18].includes(cicp.view.getUint8(9)))
    return colourOfCicp({ primaries: cicp.view.getUint8(8), transfer: cicp.view.getUint8(9) });
  // A table to the connection space is what a colour management system would use in place of the matrix.
  if (tags.has('A2B0') && !isPqByName(tags)) return null;
  const columns = ['rXYZ', 'gXYZ', 'bXYZ'].map((name) => tags.get(name));
  const curves = ['rTRC', 'gTRC', 'bTRC'].map((name) => {
    const tag = tags.get(name);
    return tag ? curveOf(tag) : null;
  });
  if (!columns.every((tag) => tag !== undefined) || !curves.every((curve) => curve !== null)) return null;
  const rows = [0, 1, 2].flatMap((row) => columns.map((tag) => tag.view.getInt32(8 + 4 * row) / ONE));
  const chad = tags.get('chad');
  const adapted = chad && Array.from({ length: 9 }, (_, i) => chad.view.getInt32(8 + 4 * i) / ONE);
  const chromaticities = chromaticitiesOf(rows, adaptationFromD50(adapted));
  if (!chromaticities) return null;
  const [r, g, b] = curves as [Curve, Curve, Curve];
  if (isPqByName(tags)) return { chromaticities, curves: [pq, pq, pq], transfer: 'pq' };
  // Identical curves are one, so that one table serves all of them.
  const alike = [0, 0.1, 0.35, 0.7, 1].every((x) => r(x) === g(x) && r(x) === b(x));
  return { chromaticities, curves: alike ? [r, r, r] : [r, g, b], transfer: 'sdr' };
}

/** The profiles that said PQ before there was a tag for it: their description has both words. */
function isPqByName(tags: ReadonlyMap<string, Tag>): boolean {
  const tag = tags.get('desc');
  if (!tag) return false;
  const { buffer, byteOffset, byteLength } = tag.view;
  const text = latin1(new Uint8Array(buffer, byteOffset, Math.min(byteLength, 512)), 0, 512).replaceAll(
    '\0',
    '',
  );
  return /2100.?PQ|PQ.?(?:Full|2100)|ST.?2084/i.test(text);
}

function tagsOf(profile: Uint8Array): ReadonlyMap<string, Tag> {
  const view = new DataView(profile.buffer, profile.byteOffset, profile.byteLength);
  const tags = new Map<string, Tag>();
  const count = Math.min(view.getUint32(128), MOST_TAGS);
  for (let i = 0; i < count; i++) {
    const at = 132 + 12 * i;
    const offset = view.getUint32(at + 4);
    const length = view.getUint32(at + 8);
    if (length < 8 || offset + length > profile.length) continue;
    const tag = new DataView(profile.buffer, profile.byteOffset + offset, length);
    tags.set(latin1(profile, at, at + 4), { type: latin1(profile, offset, offset + 4), view: tag });
  }
  return tags;
}

function curveOf({ type, view }: Tag): Curve | null {
  if (type === 'curv') return sampledCurve(view);
  return type === 'para' ? parametricCurve(view) : null;
}

/** curveType (10.6): none for the identity, one for a gamma in u8Fixed8Number, else samples. */
function sampledCurve(view: DataView): Curve | null {
  const count = view.getUint32(8);
  if (count === 0) return (x) => x;
  if (count > MOST_ENTRIES) return null;
  const values = Array.from({ length: count }, (_, i) => view.getUint16(12 + 2 * i));
  if (count === 1) return (x) => x ** (values[0]! / 256);
  return (x) => {
    const at = Math.min(Math.max(x, 0), 1) * (count - 1);
    const low = Math.min(Math.floor(at), count - 2);
    return (values[low]! + (at - low) * (values[low + 1]! - values[low]!)) / 65_535;
  };
}

/** Parameters of the five functions of parametricCurveType (10.18, table 68). */
const PARAMETERS = [1, 3, 4, 5, 7];

function parametricCurve(view: DataView): Curve | null {
  const kind = view.getUint16(8);
  const count = PARAMETERS[kind];
  if (count === undefined) return null;
  const p = Array.from({ length: 7 }, (_, i) => (i < count ? view.getInt32(12 + 4 * i) / ONE : 0));
  const [g, a, b, c, d, e, f] = p as [number, number, number, number, number, number, number];
  const power = (base: number): number => Math.max(base, 0) ** g;
  switch (kind) {
    case 0:
      return power;
    case 1:
      return (x) => (x >= -b / a ? power(a * x + b) : 0);
    case 2:
      return (x) => (x >= -b / a ? power(a * x + b) + c : c);
    case 3:
      return (x) => (x >= d ? power(a * x + b) : c * x);
    default:
      return (x) => (x >= d ? power(a * x + b) + e : c * x + f);
  }
}

function latin1(bytes: Uint8Array, from: number, to: number): string {
  return new TextDecoder('latin1').decode(bytes.subarray(from, to));
}
