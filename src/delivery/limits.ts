import { ConfigurationError, listOf } from './configuration.ts';
import { LARGEST_SIDE } from './parameters.ts';
import { ProblemError } from './problem.ts';
import { outputSize, settleVariant, variantKey, withoutBox } from './variant.ts';
import type { Size, Variant } from './variant.ts';

/** What the operator allows a URL to ask for. */
export interface Limits {
  /** The most pixels of a result. */
  readonly pixels: number;
  /** The widths that there are, in ascending order; absent: every one. */
  readonly ladder?: readonly number[];
}

/** More than the origin reads by default: only a canvas can be larger than its picture. */
const DEFAULT_MEGAPIXELS = 100;

/**
 * Reads `MAX_OUTPUT_MEGAPIXELS` and `WIDTH_LADDER`, widths in pixels with commas or white space between them.
 *
 * @throws ConfigurationError
 */
export function parseLimits(megapixels: string | undefined, widths: string | undefined): Limits {
  const most = megapixels === undefined || megapixels === '' ? DEFAULT_MEGAPIXELS : Number(megapixels);
  if (!(most > 0 && Number.isFinite(most))) {
    throw new ConfigurationError('MAX_OUTPUT_MEGAPIXELS', 'is no number above 0');
  }
  const entries = listOf(widths);
  const wrong = entries.find((entry) => !/^[1-9]\d{0,4}$/.test(entry) || Number(entry) > LARGEST_SIDE);
  if (wrong !== undefined) {
    throw new ConfigurationError('WIDTH_LADDER', `has an entry that is no width in pixels: ${wrong}`);
  }
  const ladder = [...new Set(entries.map(Number))].sort((a, b) => a - b);
  return { pixels: most * 1e6, ...(ladder.length === 0 ? {} : { ladder }) };
}

/**
 * A variant in the one form that it has for a master of this size, within the limits. Where there is a ladder, the result is
 * enlarged to its next step, its shape kept, or reduced to its last one; but never made larger than the master, whose own size is
 * always a step.
 *
 * @throws ProblemError 400 `crop_outside`, `too_many_pixels`
 */
export function limitVariant(asked: Variant, master: Size, { pixels, ladder }: Limits): Variant {
  const settled = settleVariant(asked, master);
  const variant = ladder === undefined ? settled : settleVariant(onLadder(settled, master, ladder), master);
  // What the picture itself is has been rendered when it was uploaded.
  if (variantKey(variant) === 'original') return variant;
  const { width, height } = outputSize(variant, master);
  if (width * height <= pixels && Math.max(variant.w ?? 0, variant.h ?? 0) <= LARGEST_SIDE) return variant;
  throw new ProblemError({
    status: 400,
    code: 'too_many_pixels',
    title: 'Too many pixels',
    detail: `The result would have ${width} × ${height} pixels; at most ${pixels / 1e6} megapixels and ${LARGEST_SIDE} on a side are rendered.`,
  });
}

function onLadder(variant: Variant, master: Size, ladder: readonly number[]): Variant {
  if (variant.w === undefined && variant.h === undefined) return variant;
  const { width, height } = outputSize(variant, master);
  const step = ladder.find((candidate) => candidate >= width) ?? ladder.at(-1)!;
  if (variant.fit !== undefined) {
    return { ...variant, w: step, h: Math.max(1, Math.round((height * step) / width)) };
  }
  return { ...withoutBox(variant), w: step };
}
