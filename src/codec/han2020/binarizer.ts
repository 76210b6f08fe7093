/**
 * The paper's binarizer B(y) as it is in use: a hard threshold on the sigmoid's output. (Its stochastic approximation is
 * for training alone.)
 *
 * @param y in [0, 1]
 * @returns 0 or 1 for each
 */
export function binarize(y: Float32Array): Uint8Array {
  const code = new Uint8Array(y.length);
  for (let i = 0; i < y.length; i++) code[i] = y[i]! > 0.5 ? 1 : 0;
  return code;
}
