import type { Variant } from './operations.ts';
import { contentSize, croppedArea, outputSize, turnedSize } from './output-size.ts';
import type { Size } from './output-size.ts';
import { PARAMETERS, parseParameters } from './parameters.ts';
import type { PictureParameters } from './parameters.ts';
import { ProblemError } from './problem.ts';

export { gravityPoint } from './operations.ts';
export type { Crop, Fit, Gravity, ToneMapper, Variant } from './operations.ts';
export { contentSize, croppedArea, outputSize } from './output-size.ts';
export type { Size } from './output-size.ts';

/** The operations, in the order of the alphabet, which is that of the canonical key and query. */
export const OPERATIONS = [
  'bg',
  'blur',
  'crop',
  'ev',
  'fit',
  'flip',
  'gravity',
  'h',
  'q',
  'rotate',
  'sharpen',
  'tmo',
  'w',
] as const satisfies readonly (keyof Variant)[];

/**
 * The canonical name of a variant: `original`, `w-640`, `fit-cover_h-300_q-80_w-400`. Two requests for the same operations have the
 * same name, however they were spelt. At most 200 characters of `[a-z0-9.,_-]`.
 */
export function variantKey(variant: Variant): string {
  const parts = entries(variant).map(([name, text]) => `${name}-${text}`);
  return parts.length === 0 ? 'original' : parts.join('_');
}

/** The canonical query of a variant, as the origin is asked for it. */
export function variantQuery(variant: Variant): URLSearchParams {
  return new URLSearchParams(entries(variant));
}

/**
 * Reads a variant from a query, canonical as far as it can be without the size of the master. What is no operation (`layers`,
 * `model`) is for others to read.
 *
 * @throws ProblemError 400 `invalid_parameter`, `duplicate_parameter`
 */
export function parseVariant(query: URLSearchParams): Variant {
  return variantOf(parseParameters(query));
}

/**
 * The operations among the parameters of a URL: defaults dropped, `dpr` multiplied in, flips and rotations in one of eight ways,
 * nothing said of a fit that has no box to fit.
 *
 * @throws ProblemError 400 `invalid_parameter` if `dpr` makes a side too long
 */
export function variantOf(parameters: PictureParameters): Variant {
  const w = scaled('w', parameters);
  const h = scaled('h', parameters);
  const boxed = w !== undefined && h !== undefined;
  const { crop, blur, sharpen, q } = parameters;
  const fit =
    !boxed || parameters.fit === 'contain' || parameters.fit === 'scale-down' ? undefined : parameters.fit;
  const gravity = fit === undefined || parameters.gravity === 'center' ? undefined : parameters.gravity;
  return defined({
    crop,
    ...orientation(parameters),
    w,
    h,
    fit,
    gravity,
    bg: fit !== 'pad' || parameters.bg === '000000' ? undefined : parameters.bg,
    blur,
    sharpen,
    ev: parameters.ev === 0 ? undefined : parameters.ev,
    tmo: parameters.tmo === 'mai' ? undefined : parameters.tmo,
    q,
  });
}

/**
 * The same variant in the fewest words for a master of this size: equal keys for equal pixels, whatever box they were asked for
 * with. A crop of the whole is none, a box larger than the picture is none, and a box with one side to spare is the other side.
 *
 * @throws ProblemError 400 `crop_outside`
 */
export function settleVariant(variant: Variant, master: Size): Variant {
  const { w, h, fit, gravity, bg } = variant;
  const crop = croppedArea(variant.crop, master);
  const whole = crop.w === master.width && crop.h === master.height;
  const kept = defined({ ...withoutBox(variant), crop: whole ? undefined : crop });
  const size = outputSize(variant, master);
  const box = { w: size.width, h: size.height };
  const filling = fit === 'cover' || fit === 'crop' || fit === 'pad';
  const boxed = w !== undefined && h !== undefined && filling;
  if (!boxed || sameSize(size, contentSize({ ...kept, ...box }, master))) {
    return { ...kept, ...shortestBox({ w, h }, size, kept, master) };
  }
  // Once the box lies within the picture, `crop` and `cover` are the same.
  return fit === 'pad'
    ? defined({ ...kept, ...box, fit, gravity, bg })
    : defined({ ...kept, ...box, fit: 'cover' as const, gravity });
}

/** A variant without its size, and what else is said of its box. */
export function withoutBox(variant: Variant): Variant {
  const box = { w: undefined, h: undefined, fit: undefined, gravity: undefined, bg: undefined };
  return defined({ ...variant, ...box });
}

/** The box of a contained picture: none, a width, a height or both, whatever is enough. */
function shortestBox(
  asked: { readonly w: number | undefined; readonly h: number | undefined },
  size: Size,
  kept: Variant,
  master: Size,
): Pick<Variant, 'w' | 'h'> {
  if (sameSize(size, turnedSize(kept, master))) return {};
  const boxes = [{ w: size.width }, { h: size.height }, { w: size.width, h: size.height }];
  const enough = boxes.find((box) => sameSize(outputSize({ ...kept, ...box }, master), size));
  return enough ?? defined({ w: asked.w, h: asked.h });
}

function sameSize(a: Size, b: Size): boolean {
  return a.width === b.width && a.height === b.height;
}

/** The eight ways to lay a picture down, each as a rotation and, if it is mirrored, a flip of left and right. */
function orientation({ rotate = 0, flip }: PictureParameters): Pick<Variant, 'rotate' | 'flip'> {
  const half = flip === 'v' || flip === 'hv' ? 180 : 0;
  const turned = (rotate + half) % 360;
  return {
    ...(turned === 90 || turned === 180 || turned === 270 ? { rotate: turned } : {}),
    ...(flip === 'h' || flip === 'v' ? { flip: 'h' } : {}),
  };
}

function scaled(name: 'w' | 'h', parameters: PictureParameters): number | undefined {
  const length = parameters[name];
  if (length === undefined || parameters.dpr === undefined) return length;
  const pixels = Math.max(1, Math.round(length * parameters.dpr));
  const { parse, words } = PARAMETERS[name].values;
  if (parse(String(pixels)) !== undefined) return pixels;
  throw new ProblemError({
    status: 400,
    code: 'invalid_parameter',
    title: 'Invalid parameter',
    detail: `\`${name}\` times \`dpr\` must be: ${words}.`,
  });
}

/** What a variant says, sorted by name, each value in its one spelling. */
function entries(variant: Variant): [string, string][] {
  return OPERATIONS.flatMap((name): [string, string][] => {
    const value = variant[name];
    const { write } = PARAMETERS[name].values as { readonly write: (value: unknown) => string };
    return value === undefined ? [] : [[name, write(value)]];
  });
}

type Defined<T> = { [Name in keyof T]?: Exclude<T[Name], undefined> };

/** An object without its undefined fields. */
function defined<T extends object>(fields: T): Defined<T> {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as Defined<T>;
}
