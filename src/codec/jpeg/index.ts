/**
 * An encoder of our own, because no library lets quantisation be steered by the HDR error (any tables, float samples of
 * more than 8 bits, weights by block), which is worth a fifth of the bytes and more.
 */
import { BitWriter } from './bit-writer.ts';
import { halveWeights, makeComponent, type Component } from './component.ts';
import { optimiseDc, roundDc } from './dc-trellis.ts';
import { optimalHuffman } from './huffman.ts';
import { APP0, dht, dqt, EOI, sof2, SOI, sosAc, sosDc, tableOf } from './markers.ts';
import { checkInput, type JpegEncodeOptions, type JpegPlanes } from './planes.ts';
import { codeDc } from './progressive.ts';
import { quantiseByRounding, quantiseByTrellis } from './quantise.ts';
import { chooseApproximation, chooseBands, codeScan, type AcScan } from './scan-script.ts';
import { SymbolTally, SymbolWriter } from './symbols.ts';
import { BandTrellis } from './trellis.ts';

export type { JpegEncodeOptions, JpegPlanes } from './planes.ts';

/** The price at which bytes at equal PSNR were fewest with flat tables (`test/bench/jpeg-encoder.ts`). */
export const DEFAULT_LAMBDA = 0.12;
/** Rounding that leaves about the zeros that the trellis will leave: the statistics that it starts from. */
const FIRST_ROUNDING = 0.35;
const TRELLIS_PASSES = 2;

/**
 * A progressive JFIF file (ITU-T T.81, SOF2; T.871) with the best Huffman tables, its coefficients chosen by rate and
 * distortion. Throws CodecError `invalid_option`.
 */
export function encodeJpeg(planes: JpegPlanes, options: JpegEncodeOptions): Uint8Array {
  checkInput(planes, options);
  const { lambda = DEFAULT_LAMBDA } = options;
  const components = makeComponents(planes, options);
  const bands = components.map((component) => quantiseAc(component, lambda));
  quantiseDc(components, lambda);

  const out = new BitWriter();
  for (const bytes of [SOI, APP0, dqt([options.lumaTable, options.chromaTable]), sof2(components)])
    out.raw(bytes);
  writeDc(components, out);
  const scripts = components.map((component, c) => chooseApproximation(component, bands[c]!));
  const scans = scripts.flatMap((script, c) => script.map((scan) => ({ c, scan })));
  // Coarse before fine, so that what has arrived of a file shows as much as it can.
  scans.sort((a, b) => Number(a.scan.high > 0) - Number(b.scan.high > 0) || a.scan.first - b.scan.first);
  for (const { c, scan } of scans) writeAc(components[c]!, c, scan, out);
  out.raw(EOI);
  return out.bytes();
}

function makeComponents(planes: JpegPlanes, options: JpegEncodeOptions): Component[] {
  const { width, height, subsampling } = planes;
  const { lumaTable, chromaTable, blockWeights: weights } = options;
  const scale = subsampling === '4:2:0' ? 2 : 1;
  const chromaWidth = Math.ceil(width / scale);
  const chromaHeight = Math.ceil(height / scale);
  const chromaWeights =
    weights !== undefined && scale === 2
      ? halveWeights(weights, Math.ceil(width / 8), Math.ceil(height / 8))
      : weights;
  const chroma = (samples: Float32Array): Component =>
    makeComponent(samples, chromaWidth, chromaHeight, 1, chromaTable, chromaWeights);
  return [
    makeComponent(planes.y, width, height, scale, lumaTable, weights),
    chroma(planes.cb),
    chroma(planes.cr),
  ];
}

/** Fills in the AC coefficients; the bands that they are to be coded in. */
function quantiseAc(component: Component, lambda: number): readonly AcScan[] {
  quantiseByRounding(component, lambda > 0 ? FIRST_ROUNDING : 0.5);
  const bands = chooseBands(component);
  const price = bitPrice(component, lambda);
  for (let pass = 0; pass < TRELLIS_PASSES && price > 0; pass++) {
    const trellises = bands.map((band) => {
      const tally = new SymbolTally();
      codeScan(component, band, tally);
      return new BandTrellis(band.first, band.last, component.steps, tally.information(), price);
    });
    quantiseByTrellis(component, trellises);
  }
  return bands;
}

function quantiseDc(components: readonly Component[], lambda: number): void {
  for (const component of components) roundDc(component);
  if (lambda === 0) return;
  const information = tallyDc(components).map((tally) => tally.information());
  components.forEach((component, c) => {
    optimiseDc(component, information[tableOf(c)]!, bitPrice(component, lambda));
  });
}

/** lambda × the squared mean step. */
function bitPrice({ steps }: Component, lambda: number): number {
  return lambda * (steps.reduce((sum, step) => sum + step) / 64) ** 2;
}

function tallyDc(components: readonly Component[]): SymbolTally[] {
  const tallies = [new SymbolTally(), new SymbolTally()];
  const sinks = components.map((_, c) => tallies[tableOf(c)]!);
  codeDc(components, sinks);
  return tallies;
}

function writeDc(components: readonly Component[], out: BitWriter): void {
  const tables = tallyDc(components).map(({ counts }) => optimalHuffman(counts));
  tables.forEach((table, id) => {
    out.raw(dht(0, id, table));
  });
  out.raw(sosDc(components.length));
  const writers = tables.map((table) => new SymbolWriter(table, out));
  codeDc(
    components,
    components.map((_, c) => writers[tableOf(c)]!),
  );
  out.flush();
}

function writeAc(component: Component, index: number, scan: AcScan, out: BitWriter): void {
  const tally = new SymbolTally();
  codeScan(component, scan, tally);
  const table = optimalHuffman(tally.counts);
  out.raw(dht(1, 0, table));
  out.raw(sosAc(index, scan));
  codeScan(component, scan, new SymbolWriter(table, out));
  out.flush();
}
