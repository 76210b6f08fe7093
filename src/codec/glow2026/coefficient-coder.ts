import { BLOCK } from './dct.ts';
import { CoefficientModel, type BitCoder } from './coefficient-model.ts';
import { LARGEST_LEVEL } from './quantiser.ts';

const DIAGONALS = 15;
/** Coefficients by diagonal, the low frequencies first, and where each diagonal begins. */
const ORDER = Uint8Array.from(
  Array.from({ length: BLOCK }, (_, i) => i).sort((a, b) => diagonalOf(a) - diagonalOf(b) || a - b),
);
const STARTS = Uint8Array.from({ length: DIAGONALS + 1 }, (_, d) =>
  ORDER.findIndex((f) => diagonalOf(f) >= d),
).map((s, d) => (d === DIAGONALS ? BLOCK : s));

function diagonalOf(frequency: number): number {
  return (frequency >> 3) + (frequency & 7);
}

/** What the layers so far said of a plane's coefficients, as both sides know it. Integers only. */
export class CodedPlane {
  readonly across: number;
  readonly down: number;
  readonly model = new CoefficientModel();
  /** Sum of the layers, in steps of the last, for one block more than there are: that one stays zero. */
  readonly #levels: Int16Array;
  /** Magnitudes of the layer at work, at most 255. */
  readonly #now: Uint8Array;
  /** Diagonals in use per block: in this layer, and in the one before. */
  #ends: Uint8Array;
  #endsBefore: Uint8Array;
  /** Class 0…5 of the base's coefficient, and diagonals in use in the base. */
  readonly #base: Uint8Array;
  readonly #baseEnds: Uint8Array;
  #layer = 0;

  constructor(across: number, down: number, baseClasses: Uint8Array) {
    const blocks = across * down + 1;
    this.across = across;
    this.down = down;
    this.#levels = new Int16Array(blocks * BLOCK);
    this.#now = new Uint8Array(blocks * BLOCK);
    this.#ends = new Uint8Array(blocks);
    this.#endsBefore = new Uint8Array(blocks);
    this.#base = baseClasses;
    this.#baseEnds = new Uint8Array(blocks);
    for (let b = 0; b < blocks - 1; b++) {
      let end = 0;
      for (let i = 0; i < BLOCK; i++)
        if (baseClasses[b * BLOCK + ORDER[i]!]! > 1) end = diagonalOf(ORDER[i]!) + 1;
      this.#baseEnds[b] = end;
    }
  }

  /** Layers coded so far. */
  get layer(): number {
    return this.#layer;
  }

  /**
   * One layer of the plane.
   *
   * @param values quantised coefficients of all blocks, in steps of the layer: what is written, or room for what is read
   */
  codeLayer(coder: BitCoder, values: Int16Array): void {
    this.model.startLayer(this.#layer);
    this.#now.fill(0);
    for (let row = 0, block = 0; row < this.down; row++) {
      for (let column = 0; column < this.across; column++, block++)
        this.#codeBlock(coder, values, block, row, column);
    }
    for (let i = 0; i < values.length; i++) {
      const level = 2 * this.#levels[i]! + values[i]!;
      this.#levels[i] = Math.max(-LARGEST_LEVEL, Math.min(level, LARGEST_LEVEL));
    }
    [this.#ends, this.#endsBefore] = [this.#endsBefore, this.#ends];
    this.#layer++;
  }

  #codeBlock(coder: BitCoder, values: Int16Array, block: number, row: number, column: number): void {
    const { across, down } = this;
    const none = across * down;
    const left = column > 0 ? block - 1 : none;
    const above = row > 0 ? block - across : none;
    const aboveLeft = column > 0 && row > 0 ? above - 1 : none;
    const aboveRight = row > 0 && column + 1 < across ? above + 1 : none;
    const right = column + 1 < across ? block + 1 : none;
    const below = row + 1 < down ? block + across : none;
    const levels = this.#levels;
    const now = this.#now;
    const ends = this.#ends;
    const start = block * BLOCK;
    const around = this.model.around;

    let end = 0;
    for (let i = 0; i < BLOCK; i++) if (values[start + ORDER[i]!] !== 0) end = i + 1;
    let count = 0;
    const place = {
      diagonal: 0,
      left: ends[left]!,
      above: ends[above]!,
      corner: ends[aboveRight]!,
      before: this.#endsBefore[block]!,
      base: this.#baseEnds[block]!,
      count: 0,
    };
    const sidesEnd = ends[left]! + ends[above]!;
    let diagonal = 0;
    for (; diagonal < DIAGONALS; diagonal++) {
      place.diagonal = diagonal;
      place.count = count;
      if (this.model.more(coder, Number(end > STARTS[diagonal]!), place) === 0) break;
      for (let i = STARTS[diagonal]!; i < STARTS[diagonal + 1]!; i++) {
        const f = ORDER[i]!;
        const at = start + f;
        const u = f & 7;
        const level = levels[at]!;
        around.frequency = f;
        around.diagonal = diagonal;
        around.before = level < 0 ? -level : level;
        let beforeAround =
          size(levels[right * BLOCK + f]!) +
          size(levels[below * BLOCK + f]!) +
          size(levels[left * BLOCK + f]!) +
          size(levels[above * BLOCK + f]!);
        if (u < 7) beforeAround += size(levels[at + 1]!);
        if (f < 56) beforeAround += size(levels[at + 8]!);
        around.beforeAround = beforeAround;
        around.left = Math.min(2, now[left * BLOCK + f]!);
        around.above = Math.min(2, now[above * BLOCK + f]!);
        around.corners = Math.min(1, now[aboveLeft * BLOCK + f]!) + Math.min(1, now[aboveRight * BLOCK + f]!);
        let inside = 0;
        if (u > 0) inside += 2 * now[at - 1]!;
        if (f > 7) inside += 2 * now[at - 8]!;
        if (u > 0 && f > 7) inside += now[at - 9]!;
        if (u > 1) inside += now[at - 2]!;
        if (f > 15) inside += now[at - 16]!;
        around.inside = inside;
        around.base = this.#base[at]!;
        around.activity = Math.min(5, (2 * count + sidesEnd + 3) >> 2);
        const value = this.model.coefficient(coder, values[at]!, Math.sign(level));
        values[at] = value;
        if (value !== 0) {
          now[at] = Math.min(255, Math.abs(value));
          count++;
        }
      }
    }
    ends[block] = diagonal;
    if (diagonal < DIAGONALS) for (let i = STARTS[diagonal]!; i < BLOCK; i++) values[start + ORDER[i]!] = 0;
  }
}

/** 0, 1, or 2 for all more. */
function size(level: number): number {
  return level === 0 ? 0 : level === 1 || level === -1 ? 1 : 2;
}
