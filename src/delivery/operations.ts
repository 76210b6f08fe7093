/** A rectangle of the master, in its pixels, upright as EXIF has it. */
export interface Crop {
  readonly x: number;
  readonly y: number;
  readonly w: number;
  readonly h: number;
}

export const FITS = ['contain', 'cover', 'scale-down', 'crop', 'pad'] as const;
export type Fit = (typeof FITS)[number];

export const DIRECTIONS = [
  'center',
  'north',
  'northeast',
  'east',
  'southeast',
  'south',
  'southwest',
  'west',
  'northwest',
] as const;
export type Direction = (typeof DIRECTIONS)[number];

/** A direction, or two fractions of width and height, `0.25,0.8`. */
export type Gravity = Direction | `${number},${number}`;

export const TONE_MAPPERS = ['mai', 'reinhard'] as const;
export type ToneMapper = (typeof TONE_MAPPERS)[number];

/**
 * A change of the master: what the origin renders before anything is cut. Every field is optional, and absent means as the master
 * is. They are carried out in this order: crop, rotate, flip, resize to `w` × `h` by `fit`, exposure, pad, blur, sharpen.
 */
export interface Variant {
  readonly crop?: Crop;
  /** Degrees clockwise. */
  readonly rotate?: 90 | 180 | 270;
  /** Left and right exchanged (`h`), top and bottom (`v`), or both. */
  readonly flip?: 'h' | 'v' | 'hv';
  /** The width of the box to fit, in pixels, with `dpr` multiplied in. */
  readonly w?: number;
  /** Its height, likewise. */
  readonly h?: number;
  /** Absent: `contain`. */
  readonly fit?: Fit;
  /** Where `cover` and `crop` take their part from, and `pad` puts the picture. Absent: `center`. */
  readonly gravity?: Gravity;
  /** The colour that `pad` adds, sRGB as `rrggbb`. Absent: black. */
  readonly bg?: string;
  /** The standard deviation of a Gaussian, in pixels of the result. */
  readonly blur?: number;
  /** The standard deviation of the Gaussian of an unsharp mask, in pixels of the result. */
  readonly sharpen?: number;
  /** Exposure in stops: light is multiplied by 2^ev. */
  readonly ev?: number;
  /** What makes the base of the HDR picture. Absent: `mai`. */
  readonly tmo?: ToneMapper;
  /** JPEG quality of the base. Absent: the origin's own. */
  readonly q?: number;
}

/**
 * Gravity as two fractions: the point that lies at that share of the picture's width and height comes to lie at the same share of
 * the frame's, as CSS has it with `object-position`.
 */
export function gravityPoint(gravity: Gravity | undefined): { readonly x: number; readonly y: number } {
  if (gravity === undefined) return { x: 0.5, y: 0.5 };
  if (gravity.includes(',')) {
    const [x, y] = gravity.split(',').map(Number);
    return { x: x!, y: y! };
  }
  return {
    x: gravity.endsWith('west') ? 0 : gravity.endsWith('east') ? 1 : 0.5,
    y: gravity.startsWith('north') ? 0 : gravity.startsWith('south') ? 1 : 0.5,
  };
}
