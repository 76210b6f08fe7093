import { BitPredictor } from './bit-predictor.ts';
import { createCodeGrid, gridIndex } from './code-grid.ts';
import { RangeDecoder, RangeEncoder } from '../entropy/range-coder.ts';

export interface CodeShape {
  /** Channels of the code: 32. */
  readonly channels: number;
  /** Positions: the picture's height and width over the stride. */
  readonly height: number;
  readonly width: number;
}

/** What layer coding carries from layer to layer: the shape, the statistics, the layers seen. Coding a layer changes it. */
export interface CodeContext extends CodeShape {
  readonly predictor: BitPredictor;
}

/** A context before any layer. Encoder and decoder must take the same layers through it, in the same order. */
export function createCodeContext({ channels, height, width }: CodeShape): CodeContext {
  const empty = createCodeGrid(channels, height, width);
  return { channels, height, width, predictor: new BitPredictor(channels, empty) };
}

/**
 * Arithmetic coding of one layer: by position in raster order, all channels of a position together.
 *
 * @param code (channels, height, width) of 0 and 1
 * @returns the code's bytes, at least one
 */
export function encodeLayer(context: CodeContext, code: Uint8Array): Uint8Array {
  const planeSize = context.height * context.width;
  if (code.length !== context.channels * planeSize) {
    throw new RangeError(`A code of ${code.length} bits is not of ${context.channels} × ${planeSize}.`);
  }
  const coder = new RangeEncoder();
  walk(context, (plane, probability) => {
    const bit = code[plane]!;
    coder.encode(bit, probability);
    return bit;
  });
  return coder.finish();
}

/**
 * The inverse. It is total: any bytes give some code, in time that depends on the shape alone.
 *
 * @returns (channels, height, width) of 0 and 1
 */
export function decodeLayer(context: CodeContext, bytes: Uint8Array): Uint8Array {
  const code = new Uint8Array(context.channels * context.height * context.width);
  const coder = new RangeDecoder(bytes);
  walk(context, (i, probability) => {
    const bit = coder.decode(probability);
    code[i] = bit;
    return bit;
  });
  return code;
}

/** Takes every bit of a layer through the predictor. `each` is given the bit's index and probability and answers the bit. */
function walk(context: CodeContext, each: (index: number, probability: number) => number): void {
  const { channels, height, width, predictor } = context;
  const grid = createCodeGrid(channels, height, width);
  predictor.startLayer(grid);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      predictor.moveTo(gridIndex(grid, y, x));
      for (let channel = 0; channel < channels; channel++) {
        predictor.update(each((channel * height + y) * width + x, predictor.predict(channel)));
      }
    }
  }
}
