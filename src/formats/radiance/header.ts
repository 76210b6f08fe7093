import { resolveChromaticities, type Chromaticities } from '../chromaticities.ts';
import { damaged, FormatError } from '../errors.ts';

// Radiance picture files: G. Ward, "Radiance File Formats", https://radsite.lbl.gov/radiance/refer/filefmts.pdf

export interface RadianceHeader {
  readonly width: number;
  readonly height: number;
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
    if (name === 'FORMAT') checkFormat(value);
    else if (name === 'EXPOSURE') divide(divisor, numbers(line, value, 1));
    else if (name === 'COLORCORR') divide(divisor, numbers(line, value, 3));
    else if (name === 'PRIMARIES') chromaticities = numbers(line, value, 8) as unknown as Chromaticities;
  }

  if (chromaticities && !resolveChromaticities(chromaticities))
    throw damaged('the Radiance header has PRIMARIES that span no colours');
  return { ...parseResolution(nextLine()), divisor, chromaticities, offset };
}

function checkFormat(format: string): void {
  if (format === '32-bit_rle_rgbe') return;
  throw new FormatError(
    'unsupported_feature',
    format === '32-bit_rle_xyze'
      ? 'Radiance files in XYZE are not read; convert the picture to RGBE, for instance with "ra_xyze -r"'
      : 'the Radiance file has an unknown FORMAT',
  );
}

function parseResolution(line: string): { width: number; height: number } {
  const match = /^([-+])([XY])\s+(\d+)\s+([-+])([XY])\s+(\d+)$/.exec(line);
  if (!match || match[2] === match[5]) throw damaged('the Radiance header has no resolution line');
  const [, firstSign, firstAxis, height, secondSign, , width] = match;
  if (firstAxis !== 'Y' || firstSign !== '-' || secondSign !== '+')
    throw new FormatError(
      'unsupported_feature',
      'Radiance files are read with rows from the top and columns from the left ("-Y … +X …") only; turn the picture with "pflip" or "protate"',
    );
  return { width: Number(width), height: Number(height) };
}

function numbers(line: string, value: string, count: number): number[] {
  const found = value.split(/\s+/).map(Number);
  if (found.length !== count || !found.every(Number.isFinite))
    throw damaged(`the Radiance header has a line that is not understood: ${line.slice(0, 80)}`);
  return found;
}

function divide(divisor: [number, number, number], by: readonly number[]): void {
  for (let c = 0; c < 3; c++) divisor[c]! *= by[c % by.length]!;
  if (!divisor.every((value) => value > 0 && value < Infinity))
    throw damaged('the Radiance header has an exposure that is not a positive number');
}
