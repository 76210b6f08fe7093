import { resolveChromaticities, type Chromaticities } from '../chromaticities.ts';
import { damaged, FormatError } from '../errors.ts';
import { turnedSize } from '../../container/index.ts';

// Radiance picture files: G. Ward, "Radiance File Formats", https://radsite.lbl.gov/radiance/refer/filefmts.pdf

export interface RadianceHeader {
  /** As it is shown. */
  readonly width: number;
  readonly height: number;
  /** How the scanlines are to be turned to be shown, as Exif numbers it. */
  readonly orientation: number;
  /** The pixels are CIE XYZ and not RGB. */
  readonly xyz: boolean;
  /** What the pixels of R, G and B must be divided by: the product of every EXPOSURE and COLORCORR line. */
  readonly divisor: readonly [number, number, number];
  readonly chromaticities: Chromaticities | null;
  /** Offset of the first scanline. */
  readonly offset: number;
}

/** Tools add a line for every command that a picture went through; more text than this is no header. */
const MAX_HEADER_BYTES = 65_536;

/** @throws FormatError */
export function parseRadianceHeader(bytes: Uint8Array): RadianceHeader {
  const divisor: [number, number, number] = [1, 1, 1];
  let chromaticities: Chromaticities | null = null;
  let xyz = false;
  let offset = 0;
  const nextLine = (): string => {
    const end = bytes.subarray(0, MAX_HEADER_BYTES).indexOf(0x0a, offset);
    if (end < 0) throw damaged('the Radiance header has no end');
    const line = new TextDecoder('latin1').decode(bytes.subarray(offset, end));
    offset = end + 1;
    return line.trim();
  };

  for (let line = nextLine(); line !== ''; line = nextLine()) {
    const assignment = /^([A-Z]+)\s*=\s*(.*)$/.exec(line);
    if (!assignment) continue;
    const [, name, value] = assignment as unknown as [string, string, string];
    if (name === 'FORMAT') xyz = isXyz(value);
    else if (name === 'EXPOSURE') divide(divisor, numbers(line, value, 1));
    else if (name === 'COLORCORR') divide(divisor, numbers(line, value, 3));
    else if (name === 'PRIMARIES') chromaticities = primaries(numbers(line, value, 8));
  }

  if (chromaticities && !resolveChromaticities(chromaticities))
    throw damaged('the Radiance header has PRIMARIES that span no colours');
  return { ...parseResolution(nextLine()), xyz, divisor, chromaticities, offset };
}

/** @throws FormatError `unsupported_feature` */
function isXyz(format: string): boolean {
  if (format === '32-bit_rle_rgbe') return false;
  if (format === '32-bit_rle_xyze') return true;
  throw new FormatError('unsupported_feature', 'the Radiance file has an unknown FORMAT');
}

/** What the signs and the order of the axes mean: scanlines go along the second, from one to the next along the first. */
const ORIENTATIONS: Readonly<Record<string, number>> = {
  '-Y+X': 1,
  '-Y-X': 2,
  '+Y-X': 3,
  '+Y+X': 4,
  '+X-Y': 5,
  '-X-Y': 6,
  '-X+Y': 7,
  '+X+Y': 8,
};

function parseResolution(line: string): { width: number; height: number; orientation: number } {
  const match = /^([-+][XY])\s+(\d+)\s+([-+][XY])\s+(\d+)$/.exec(line);
  const orientation = match && ORIENTATIONS[`${match[1]}${match[3]}`];
  if (!match || !orientation) throw damaged('the Radiance header has no resolution line');
  const stored = { width: Number(match[4]), height: Number(match[2]) };
  return { ...turnedSize(stored, orientation), orientation };
}

function numbers(line: string, value: string, count: number): number[] {
  const found = value.split(/\s+/).map(Number);
  if (found.length !== count || !found.every(Number.isFinite))
    throw damaged(`the Radiance header has a line that is not understood: ${line.slice(0, 80)}`);
  return found;
}

/** Photoshop writes eight zeros, which say nothing. */
function primaries(values: readonly number[]): Chromaticities | null {
  return values.every((value) => value === 0) ? null : (values as unknown as Chromaticities);
}

function divide(divisor: [number, number, number], by: readonly number[]): void {
  for (let c = 0; c < 3; c++) divisor[c]! *= by[c % by.length]!;
  if (!divisor.every((value) => value > 0 && value < Infinity))
    throw damaged('the Radiance header has an exposure that is not a positive number');
}
