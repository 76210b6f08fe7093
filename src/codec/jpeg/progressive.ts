import type { Component } from './component.ts';
import type { SymbolSink } from './symbols.ts';

/** ITU-T T.81, G.1.2.2: an EOBn symbol counts at most so many blocks. */
export const MAX_EOB_RUN = 0x7fff;
/** T.81, figure F.1 and G.1.2.2: sixteen zero coefficients. */
export const ZERO_RUN = 0xf0;

/** SSSS of T.81, tables F.1 and F.2: the bits that a magnitude needs. */
export const category = (magnitude: number): number => 32 - Math.clz32(magnitude);

/**
 * The first DC scan (T.81, G.1.2.1), all components interleaved: every block of every MCU, those beyond the picture
 * too, whose value is that of the block before.
 *
 * @param sinks for every component, the table that it uses
 */
export function codeDc(components: readonly Component[], sinks: readonly SymbolSink[]): void {
  const { sampling, blocksWide, blocksHigh } = components[0]!;
  const mcusWide = Math.ceil(blocksWide / sampling);
  const mcusHigh = Math.ceil(blocksHigh / sampling);
  const predictions = components.map(() => 0);
  for (let mcuY = 0; mcuY < mcusHigh; mcuY++) {
    for (let mcuX = 0; mcuX < mcusWide; mcuX++) {
      for (let c = 0; c < components.length; c++) {
        const component = components[c]!;
        const side = component.sampling;
        for (let y = mcuY * side; y < (mcuY + 1) * side; y++) {
          for (let x = mcuX * side; x < (mcuX + 1) * side; x++) {
            let difference = 0;
            if (x < component.blocksWide && y < component.blocksHigh) {
              const value = component.coefficients[64 * (y * component.blocksWide + x)]!;
              difference = value - predictions[c]!;
              predictions[c] = value;
            }
            const size = category(Math.abs(difference));
            sinks[c]!.symbol(size, difference < 0 ? difference - 1 : difference, size);
          }
        }
      }
    }
  }
}

/** Blocks of a component in the order in which `codeDc` visits them, those beyond the picture left out. */
export function dcOrder({ blocksWide, blocksHigh, sampling }: Component): Int32Array {
  const order = new Int32Array(blocksWide * blocksHigh);
  let at = 0;
  for (let mcuY = 0; mcuY < blocksHigh; mcuY += sampling) {
    for (let mcuX = 0; mcuX < blocksWide; mcuX += sampling) {
      for (let y = mcuY; y < Math.min(mcuY + sampling, blocksHigh); y++) {
        for (let x = mcuX; x < Math.min(mcuX + sampling, blocksWide); x++) order[at++] = y * blocksWide + x;
      }
    }
  }
  return order;
}

/**
 * The first AC scan of a band (T.81, G.1.2.2) of one component, without its lowest `shift` bits (point transform,
 * G.1.2.2: division that truncates).
 */
export function codeAc(
  { coefficients, lastAc }: Component,
  first: number,
  last: number,
  shift: number,
  sink: SymbolSink,
): void {
  let eobRun = 0;
  for (let block = 0; block < coefficients.length; block += 64) {
    const end = Math.min(last, lastAc[block >> 6]!);
    let zeros = 0;
    for (let k = first; k <= end; k++) {
      const value = coefficients[block + k]!;
      const magnitude = (value < 0 ? -value : value) >> shift;
      if (magnitude === 0) {
        zeros++;
        continue;
      }
      if (eobRun > 0) eobRun = codeEobRun(eobRun, sink);
      for (; zeros > 15; zeros -= 16) sink.symbol(ZERO_RUN, 0, 0);
      const size = category(magnitude);
      sink.symbol((zeros << 4) | size, value < 0 ? ~magnitude : magnitude, size);
      zeros = 0;
    }
    if ((zeros > 0 || end < last) && ++eobRun === MAX_EOB_RUN) eobRun = codeEobRun(eobRun, sink);
  }
  if (eobRun > 0) codeEobRun(eobRun, sink);
}

/** EOBn with its appended bits (T.81, G.1.2.2); the new length of the run, 0. */
export function codeEobRun(run: number, sink: SymbolSink): number {
  const size = category(run) - 1;
  sink.symbol(size << 4, run, size);
  return 0;
}
