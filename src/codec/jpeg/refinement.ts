import type { Component } from './component.ts';
import { codeEobRun, MAX_EOB_RUN, ZERO_RUN } from './progressive.ts';
import type { SymbolSink } from './symbols.ts';

/** An EOB run ends before more correction bits than this wait for it. */
const MAX_CORRECTIONS = 1024;

/**
 * The scan that adds bit `shift` to AC coefficients that are known above it (ITU-T T.81, G.1.2.3): a symbol and a sign
 * for each that becomes 1, a correction bit for each that was not 0 already.
 */
export function refineAc(
  { coefficients }: Component,
  first: number,
  last: number,
  shift: number,
  sink: SymbolSink,
): void {
  const magnitudes = new Uint16Array(64);
  const corrections = new Uint8Array(MAX_CORRECTIONS);
  let eobRun = 0;
  /** The first `ofRun` corrections follow the EOB run, those up to `end` the next symbol of the block. */
  let ofRun = 0;
  let end = 0;
  const flushRun = (): void => {
    if (eobRun > 0) eobRun = codeEobRun(eobRun, sink);
    for (let i = 0; i < ofRun; i++) sink.bits(corrections[i]!, 1);
  };
  const flushBlock = (): void => {
    for (let i = ofRun; i < end; i++) sink.bits(corrections[i]!, 1);
    ofRun = end = 0;
  };

  for (let block = 0; block < coefficients.length; block += 64) {
    let lastNew = 0;
    for (let k = first; k <= last; k++) {
      const value = coefficients[block + k]!;
      magnitudes[k] = (value < 0 ? -value : value) >> shift;
      if (magnitudes[k] === 1) lastNew = k;
    }
    let zeros = 0;
    for (let k = first; k <= last; k++) {
      const magnitude = magnitudes[k]!;
      if (magnitude === 0) {
        zeros++;
        continue;
      }
      for (; zeros > 15 && k <= lastNew; zeros -= 16) {
        flushRun();
        sink.symbol(ZERO_RUN, 0, 0);
        flushBlock();
      }
      if (magnitude > 1) {
        corrections[end++] = magnitude & 1;
        continue;
      }
      flushRun();
      sink.symbol((zeros << 4) | 1, coefficients[block + k]! < 0 ? 0 : 1, 1);
      flushBlock();
      zeros = 0;
    }
    if (zeros > 0 || end > ofRun) {
      ofRun = end;
      if (++eobRun === MAX_EOB_RUN || end > MAX_CORRECTIONS - 64) {
        flushRun();
        flushBlock();
      }
    }
  }
  flushRun();
}
