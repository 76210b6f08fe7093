import { SIDE } from './dct.ts';
import { halve, lesserContrast, sum } from './masks.ts';
import type { Plane } from './directional.ts';
import { orientedBands } from './oriented-bands.ts';
import { opticalTransfer, response, sensitivities } from './viewer.ts';

/*
 * Where a viewer sees that one picture is not the other: the error model of HDR-VDP-2 (Mantiuk et al. 2011, §5 and §6;
 * constants of version 2.2.1) on cheap oriented bands. A difference counts by how far it is above the threshold that
 * contrast sensitivity and masking set.
 */

/** A screen at arm's length. */
const PIXELS_PER_DEGREE = 30;
/** Weight of each orientation of a band in the quality correlate, the finest band first. */
const WEIGHTS = [0.2832, 0.2142, 0.269, 0.0398] as const;
/**
 * Masking by contrast of the same band and orientation, of its other orientations, and of the bands beside it. The
 * original's exponent of masking is 3.13, that of a difference 3.5; the cube spares a power per sample.
 */
const MASKING = { same: 1.546, orientations: 2.813, beside: 33.5 } as const;

const FREQUENCIES = WEIGHTS.map((_, band) => PIXELS_PER_DEGREE / 2 ** (band + 1));
const SENSITIVITIES = FREQUENCIES.map(sensitivities);
const TRANSFER = FREQUENCIES.map(opticalTransfer);

/** Less than any difference that is seen: spares a division by zero. */
const NOTHING = 1e-200;

/** Rows that are looked at in one go, and what the coarsest band sees beyond them; multiples of 16. */
const ROWS = 192;
const HALO = 32;

/**
 * How visible the differences between two pictures are, by 8 × 8 block: of every band and orientation the share that the
 * block has of what the picture has, times its weight.
 *
 * @param reference PQ of luminance, sides multiples of 16, and `test` likewise
 * @returns by band and orientation, shares in raster order of blocks
 */
export function visibleShares(reference: Plane, test: Plane): Float64Array[] {
  const { height, width } = reference;
  const shares = FREQUENCIES.flatMap((_, band) =>
    Array.from({ length: band === 0 ? 1 : 4 }, () => new Float64Array((height * width) / SIDE ** 2)),
  );
  for (let top = 0; top < height; top += ROWS) {
    const from = Math.max(0, top - HALO);
    const to = Math.min(height, top + ROWS + HALO);
    const found = visibleByBlock(rowsOf(reference, from, to), rowsOf(test, from, to));
    const skipped = ((top - from) / SIDE) * (width / SIDE);
    const length = ((Math.min(height, top + ROWS) - top) / SIDE) * (width / SIDE);
    found.forEach((blocks, k) => {
      shares[k]!.set(blocks.subarray(skipped, skipped + length), (top / SIDE) * (width / SIDE));
    });
  }
  return shares.map((blocks, k) => {
    const all = blocks.reduce((total, visible) => total + visible, NOTHING);
    return blocks.map((visible) => (WEIGHTS[(k + 3) >> 2]! / all) * visible);
  });
}

function rowsOf({ width, data }: Plane, from: number, to: number): Plane {
  return { height: to - from, width, data: data.subarray(from * width, to * width) };
}

/** By band and orientation: squares of differences above the threshold, summed by block. */
function visibleByBlock(reference: Plane, test: Plane): Float64Array[] {
  const references = bandsOf(reference);
  const tests = bandsOf(test);
  const contrasts = references.map((orientations, band) =>
    orientations.map((plane, k) => lesserContrast(plane, tests[band]![k]!)),
  );
  let signal = reference;
  return references.flatMap((orientations, band) => {
    if (band > 1) signal = halve(signal);
    const sensitivity = SENSITIVITIES[band]!(signal.data);
    const all = sum(contrasts[band]!);
    const finest = contrasts[0]![0]!;
    return orientations.map((plane, k) =>
      aboveThreshold(band, plane, tests[band]![k]!, sensitivity, {
        same: contrasts[band]![k]!.data,
        all,
        finer: band === 0 ? undefined : (band === 1 ? finest : halve(contrasts[band - 1]![k]!)).data,
        coarser: contrasts[band + 1]?.[k],
      }),
    );
  });
}

/** The bands of a picture's response, as far as the eye's optics let them through. */
function bandsOf(picture: Plane): Plane[][] {
  return orientedBands({ ...picture, data: response(picture.data) }, TRANSFER);
}

interface Masks {
  readonly same: Float32Array;
  /** Of all orientations of the band together. */
  readonly all: Float32Array;
  readonly finer: Float32Array | undefined;
  /** At half the resolution, but for the finest band's. */
  readonly coarser: Plane | undefined;
}

function aboveThreshold(
  band: number,
  { height, width, data }: Plane,
  test: Plane,
  sensitivity: Float32Array,
  { same, all, finer, coarser }: Masks,
): Float64Array {
  const side = SIDE >> Math.max(0, band - 1);
  const across = width / side;
  const closer = band === 0 ? 0 : 1;
  // A sample of a coarse band counts for as many pixels as it covers.
  const norm = 4 ** band;
  const blocks = new Float64Array(data.length / side ** 2);
  for (let y = 0, i = 0; y < height; y++) {
    const row = Math.trunc(y / side) * across;
    const beside = (y >> closer) * (width >> closer);
    for (let x = 0; x < width; x++, i++) {
      const s = sensitivity[i]!;
      const difference = Math.abs(test.data[i]! - data[i]!) * s;
      const own = same[i]! * s;
      const others = all[i]! * s - own;
      const near =
        ((finer === undefined ? 0 : finer[i]!) +
          (coarser === undefined ? 0 : coarser.data[beside + (x >> closer)]!)) *
        s;
      const masking =
        MASKING.same * own * own * own +
        MASKING.orientations * others * others * others +
        MASKING.beside * near * near * near;
      const square = difference * difference;
      const sixth = s * s * s * s * s * s;
      blocks[row + Math.trunc(x / side)]! +=
        (norm * square * square * square * difference) / (1 + norm * masking * masking * sixth * s);
    }
  }
  return blocks;
}
