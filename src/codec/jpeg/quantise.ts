import { loadBlock, type Component } from './component.ts';
import { forwardDct } from './fdct.ts';
import type { BandTrellis } from './trellis.ts';

/** Largest magnitude of a quantised AC coefficient of 8-bit samples (ITU-T T.81, table F.2: 10 bits). */
const LARGEST_AC = 1023;

/**
 * Transforms every block and rounds its AC coefficients; the DC ones are kept as they are in `component.dc`.
 *
 * @param rounding 0.5 rounds to the nearest; less makes zeros of more
 */
export function quantiseByRounding(component: Component, rounding: number): void {
  const { steps, coefficients, lastAc, dc } = component;
  forEachBlock(component, (block, transformed) => {
    dc[block] = transformed[0]!;
    const at = 64 * block;
    let last = 0;
    for (let k = 1; k < 64; k++) {
      const value = transformed[k]! / steps[k]!;
      const magnitude = Math.min(LARGEST_AC, Math.trunc((value < 0 ? -value : value) + rounding));
      coefficients[at + k] = value < 0 ? -magnitude : magnitude;
      if (magnitude > 0) last = k;
    }
    lastAc[block] = last;
  });
}

/** Transforms every block again, sparing a copy of the picture's coefficients, and quantises its bands by their trellises. */
export function quantiseByTrellis(component: Component, bands: readonly BandTrellis[]): void {
  const { coefficients, lastAc, weights } = component;
  forEachBlock(component, (block, transformed) => {
    const weight = weights?.[block] ?? 1;
    let last = 0;
    for (const band of bands) {
      const lastOfBand = band.quantise(transformed, weight, coefficients, 64 * block);
      if (lastOfBand > 0) last = lastOfBand;
    }
    lastAc[block] = last;
  });
}

/** `visit` sees the orthonormal DCT of every block, row by row, in zigzag order. */
function forEachBlock(component: Component, visit: (block: number, transformed: Float64Array) => void): void {
  const samples = new Float64Array(64);
  const transformed = new Float64Array(64);
  let block = 0;
  for (let y = 0; y < component.blocksHigh; y++) {
    for (let x = 0; x < component.blocksWide; x++) {
      loadBlock(component, x, y, samples);
      forwardDct(samples, transformed);
      visit(block++, transformed);
    }
  }
}
