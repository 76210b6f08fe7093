/** ITU-T T.81, B.2.4.2: codes are at most 16 bits long. */
const MAX_LENGTH = 16;

export interface HuffmanTable {
  /** BITS of T.81, B.2.4.2: how many codes are 1, 2, … 16 bits long. */
  readonly counts: Uint8Array;
  /** HUFFVAL: the symbols, by rising length of their codes. */
  readonly values: Uint8Array;
  /** By symbol: the length of its code, 0 where it has none. */
  readonly lengths: Uint8Array;
  /** By symbol. */
  readonly codes: Uint16Array;
}

/**
 * The shortest code of at most 16 bits (package-merge: Larmore and Hirschberg, "A Fast Algorithm for Optimal
 * Length-Limited Huffman Codes", 1990), without the code of all ones, which T.81, annex C, keeps free: an extra symbol
 * that never occurs takes it.
 *
 * @param frequencies by symbol, 256 of them; a symbol of frequency 0 gets no code
 */
export function optimalHuffman(frequencies: ArrayLike<number>): HuffmanTable {
  const symbols: number[] = [];
  for (let s = 0; s < 256; s++) if (frequencies[s]! > 0) symbols.push(s);
  // Rarest first; the reserved code, of weight 0, is ahead of them all and so is one of the longest.
  symbols.sort((a, b) => frequencies[a]! - frequencies[b]! || b - a);
  const lengthOf = codeLengths([0, ...symbols.map((s) => frequencies[s]!)]);

  const counts = new Uint8Array(MAX_LENGTH);
  const values = Uint8Array.from(symbols.toReversed());
  const lengths = new Uint8Array(256);
  const codes = new Uint16Array(256);
  let code = 0;
  let length = 1;
  for (let i = 0; i < values.length; i++) {
    const next = lengthOf[values.length - i]!;
    code <<= next - length;
    length = next;
    counts[length - 1]!++;
    lengths[values[i]!] = length;
    codes[values[i]!] = code++;
  }
  return { counts, values, lengths, codes };
}

/** Package-merge over weights in rising order: a code length for each, falling. */
function codeLengths(weights: readonly number[]): Uint8Array {
  const leaves = weights.length;
  const lengths = new Uint8Array(leaves);
  if (leaves === 1) return lengths;
  // Level k merges the leaves with pairs of level k − 1, by weight; only which of the two kinds each item is has to be kept.
  const levels: Uint8Array[] = [];
  let previous: number[] = [];
  for (let level = 0; level < MAX_LENGTH; level++) {
    const packages = previous.length >> 1;
    const merged: number[] = [];
    const isLeaf = new Uint8Array(leaves + packages);
    for (let leaf = 0, pair = 0; merged.length < isLeaf.length;) {
      const weight = pair < packages ? previous[2 * pair]! + previous[2 * pair + 1]! : Infinity;
      if (leaf < leaves && weights[leaf]! <= weight) {
        isLeaf[merged.length] = 1;
        merged.push(weights[leaf++]!);
      } else {
        merged.push(weight);
        pair++;
      }
    }
    levels.push(isLeaf);
    previous = merged;
  }
  // The cheapest 2n − 2 items of the last level; each leaf among them makes its code one bit longer, each pair opens two items below.
  for (let level = MAX_LENGTH - 1, take = 2 * leaves - 2; level >= 0 && take > 0; level--) {
    let taken = 0;
    for (let i = 0; i < take; i++) taken += levels[level]![i]!;
    for (let leaf = 0; leaf < taken; leaf++) lengths[leaf]!++;
    take = 2 * (take - taken);
  }
  return lengths;
}
