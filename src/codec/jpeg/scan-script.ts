import type { Component } from './component.ts';
import { codeAc } from './progressive.ts';
import { refineAc } from './refinement.ts';
import { SymbolTally, type SymbolSink } from './symbols.ts';

/** The AC scans of a component: Ss…Se in zigzag positions, Ah and Al of ITU-T T.81, B.2.3. */
export interface AcScan {
  readonly first: number;
  readonly last: number;
  readonly high: number;
  readonly low: number;
}

/** First positions after the low band that are tried; 64 is one band for all. */
const SPLITS = [3, 6, 9, 64];

export function codeScan(component: Component, { first, last, high, low }: AcScan, sink: SymbolSink): void {
  if (high === 0) codeAc(component, first, last, low, sink);
  else refineAc(component, first, last, low, sink);
}

/** The split of the AC coefficients into bands that takes the fewest bytes for the coefficients as they are. */
export function chooseBands(component: Component): readonly AcScan[] {
  return cheapest(
    component,
    SPLITS.map((split) => bandsOf(split, 0)),
  );
}

/** The same bands as they are, or their lowest bit in a scan of its own (successive approximation, T.81, G.1.1.1.2). */
export function chooseApproximation(component: Component, bands: readonly AcScan[]): readonly AcScan[] {
  const split = bands.length === 1 ? 64 : bands[1]!.first;
  const refined = [...bandsOf(split, 1), { first: 1, last: 63, high: 1, low: 0 }];
  return cheapest(component, [bands, refined]);
}

function bandsOf(split: number, low: number): AcScan[] {
  if (split === 64) return [{ first: 1, last: 63, high: 0, low }];
  return [
    { first: 1, last: split - 1, high: 0, low },
    { first: split, last: 63, high: 0, low },
  ];
}

function cheapest(component: Component, scripts: readonly (readonly AcScan[])[]): readonly AcScan[] {
  let least = Infinity;
  let choice = scripts[0]!;
  for (const script of scripts) {
    let bytes = 0;
    for (const scan of script) {
      const tally = new SymbolTally();
      codeScan(component, scan, tally);
      bytes += tally.scanBytes();
    }
    if (bytes < least) {
      least = bytes;
      choice = script;
    }
  }
  return choice;
}
