import { describe, expect, it } from 'vitest';
import { BitWriter } from '../../../../src/codec/jpeg/bit-writer.ts';
import { makeComponent, type Component } from '../../../../src/codec/jpeg/component.ts';
import { roundDc } from '../../../../src/codec/jpeg/dc-trellis.ts';
import { optimalHuffman } from '../../../../src/codec/jpeg/huffman.ts';
import { APP0, dht, dqt, EOI, sof2, SOI, sosAc, sosDc } from '../../../../src/codec/jpeg/markers.ts';
import { codeDc } from '../../../../src/codec/jpeg/progressive.ts';
import { quantiseByRounding } from '../../../../src/codec/jpeg/quantise.ts';
import { codeScan, type AcScan } from '../../../../src/codec/jpeg/scan-script.ts';
import { SymbolTally, SymbolWriter, type SymbolSink } from '../../../../src/codec/jpeg/symbols.ts';
import { nodeJpegCoder } from '../../../../src/inference/jpeg-node.ts';
import { flatTable, makePlanes, randomNumbers, roundedPlane, texture } from './planes.ts';

/** A grey JPEG with these AC scans. */
function greyJpeg(component: Component, table: Uint8Array, scans: readonly AcScan[]): Uint8Array {
  const out = new BitWriter();
  for (const bytes of [SOI, APP0, dqt([table]), sof2([component])]) out.raw(bytes);
  const write = (kind: 0 | 1, sos: Uint8Array, code: (sink: SymbolSink) => void): void => {
    const tally = new SymbolTally();
    code(tally);
    const huffman = optimalHuffman(tally.counts);
    out.raw(dht(kind, 0, huffman));
    out.raw(sos);
    code(new SymbolWriter(huffman, out));
    out.flush();
  };
  write(0, sosDc(1), (sink) => {
    codeDc([component], [sink]);
  });
  for (const scan of scans) {
    write(1, sosAc(0, scan), (sink) => {
      codeScan(component, scan, sink);
    });
  }
  out.raw(EOI);
  return out.bytes();
}

describe('AC scans', () => {
  const random = randomNumbers(4);
  const pictures = {
    texture: texture(4),
    noise: () => 128 + 120 * (random() - 0.5),
    sparse: (x: number, y: number) => (x % 24 === 5 && y % 40 === 7 ? 250 : 40),
  };
  const scripts: Record<string, AcScan[]> = {
    'one band': [{ first: 1, last: 63, high: 0, low: 0 }],
    'three bands': [
      { first: 1, last: 2, high: 0, low: 0 },
      { first: 3, last: 20, high: 0, low: 0 },
      { first: 21, last: 63, high: 0, low: 0 },
    ],
    'a refined bit': [
      { first: 1, last: 5, high: 0, low: 1 },
      { first: 6, last: 63, high: 0, low: 1 },
      { first: 1, last: 63, high: 1, low: 0 },
    ],
    'two refined bits': [
      { first: 1, last: 63, high: 0, low: 2 },
      { first: 1, last: 63, high: 2, low: 1 },
      { first: 1, last: 9, high: 1, low: 0 },
      { first: 10, last: 63, high: 1, low: 0 },
    ],
  };
  for (const [picture, luma] of Object.entries(pictures)) {
    for (const [name, scans] of Object.entries(scripts)) {
      it(`decode to the coefficients: ${picture} in ${name}`, async () => {
        const [width, height] = [133, 90];
        const { y } = makePlanes(width, height, '4:4:4', luma);
        for (const step of [1, 3, 17]) {
          const table = flatTable(step);
          const component = makeComponent(y, width, height, 1, table, undefined);
          quantiseByRounding(component, 0.5);
          roundDc(component);
          const { data } = await nodeJpegCoder().decode(greyJpeg(component, table, scans));
          const expected = roundedPlane(y, width, height, table);
          let worst = 0;
          expected.forEach((v, i) => (worst = Math.max(worst, Math.abs(data[3 * i]! - v))));
          expect(worst).toBeLessThan(1.1);
        }
      });
    }
  }
});
