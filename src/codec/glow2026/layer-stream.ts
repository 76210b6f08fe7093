import { RangeDecoder, RangeEncoder } from '../entropy/range-coder.ts';
import type { SdrPicture } from '../picture.ts';
import type { Planes } from '../planes.ts';
import { baseClasses } from './base-classes.ts';
import { createBlocks, inverseTransform, type Blocks } from './blocks.ts';
import { codeBoosts } from './boost-map.ts';
import { CodedPlane } from './coefficient-coder.ts';
import type { BitCoder } from './coefficient-model.ts';
import { BLOCK } from './dct.ts';
import type { Differences } from './differences.ts';
import { dequantise, refineLevels } from './quantiser.ts';
import { boosted, frequencySteps, maskingSteps, type PlaneSteps, type StepRule } from './steps.ts';

/** Bytes of a layer before its arithmetic code: the step rule. */
const HEAD = 3;

/** The coefficients of luminance, red and blue as the layers so far say them: the same in encoder and decoder. */
export class LayerStream {
  readonly #planes: readonly CodedPlane[];
  readonly #levels: readonly Int16Array[];
  readonly #masking = new Map<number, Float32Array>();
  /** Classes of the base's luminance, and halvings of the steps of its blocks: the first layer says them. */
  readonly #classes: Uint8Array;
  readonly #boosts: Uint8Array;
  /** Of the last layer. */
  #last: { readonly range: number; readonly rule: StepRule } | undefined;

  /** @param size of the planes: the base's, rounded up to multiples of 16 */
  constructor(base: SdrPicture, { height, width }: Pick<Planes, 'height' | 'width'>) {
    const classes = baseClasses(base, height, width);
    this.#classes = classes[0];
    this.#boosts = new Uint8Array(classes[0].length / BLOCK);
    this.#planes = [1, 2, 2].map((by, i) => new CodedPlane(width / 8 / by, height / 8 / by, classes[i]!));
    this.#levels = this.#planes.map(({ across, down }) => new Int16Array(across * down * BLOCK));
  }

  /** Levels of the layers so far, of luminance, red and blue. */
  get levels(): readonly Int16Array[] {
    return this.#levels;
  }

  /** Sets how often each luminance block's steps are halved in all layers; before the first is written. */
  set boosts(boosts: Uint8Array) {
    this.#boosts.set(boosts);
  }

  /**
   * Steps of luminance, red and blue for a layer whose luminance step is `range`, PQ.
   *
   * @param prediction PQ planes (3, H, W), always the same
   */
  stepsOf(prediction: Planes, range: number, rule: StepRule): readonly PlaneSteps[] {
    let masking = this.#masking.get(rule.masking);
    if (masking === undefined) {
      masking = maskingSteps(prediction, rule);
      this.#masking.set(rule.masking, masking);
    }
    const frequencies = frequencySteps(rule);
    const colour = (range * rule.colour) / 16;
    return this.#levels.map((levels, plane) =>
      plane === 0
        ? boosted({ frequencies, blocks: masking.map((step) => step * range) }, this.#boosts)
        : { frequencies, blocks: new Float32Array(levels.length / BLOCK).fill(colour) },
    );
  }

  /** @param values what `quantise` said for luminance, red and blue */
  write(values: readonly Int16Array[], range: number, rule: StepRule): Uint8Array {
    const coder = new RangeEncoder();
    const sink = {
      code(bit: number, probability: number): number {
        coder.encode(bit, probability);
        return bit;
      },
    };
    this.#code(sink, values);
    this.#take(values, range, rule);
    const code = coder.finish();
    const data = new Uint8Array(HEAD + code.length);
    data.set([rule.colour, rule.masking, rule.tilt]);
    data.set(code, HEAD);
    return data;
  }

  /** Total: any bytes are some layer. */
  read(data: Uint8Array, range: number): void {
    const [colour = 0, masking = 0, tilt = 0] = data;
    const coder = new RangeDecoder(data.subarray(HEAD));
    const source = { code: (_: number, probability: number): number => coder.decode(probability) };
    const values = this.#levels.map((levels) => new Int16Array(levels.length));
    this.#code(source, values);
    this.#take(values, range, { colour, masking, tilt });
  }

  /** What the layers so far add to the prediction. */
  differences(prediction: Planes): Differences {
    const steps = this.#last && this.stepsOf(prediction, this.#last.range, this.#last.rule);
    const [luminance, red, blue] = this.#levels.map((levels, i) => {
      const { across, down } = this.#planes[i]!;
      const blocks: Blocks = createBlocks(down * 8, across * 8);
      if (steps !== undefined) dequantise(levels, steps[i]!, blocks);
      return inverseTransform(blocks);
    });
    return { luminance: luminance!, red: red!, blue: blue! };
  }

  #code(coder: BitCoder, values: readonly Int16Array[]): void {
    const [luminance] = this.#planes;
    if (luminance!.layer === 0) codeBoosts(coder, this.#boosts, luminance!.across, this.#classes);
    this.#planes.forEach((plane, i) => {
      plane.codeLayer(coder, values[i]!);
    });
  }

  #take(values: readonly Int16Array[], range: number, rule: StepRule): void {
    values.forEach((value, i) => {
      refineLevels(this.#levels[i]!, value);
    });
    this.#last = { range, rule };
  }
}
