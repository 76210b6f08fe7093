/** Box filters whose cascade is the Gaussian: five differ from it by less than 4 % of its peak. */
const BOXES = 5;

/**
 * A Gaussian blur of rows × columns × channels, in place, whose time does not depend on sigma: a cascade of extended box
 * filters, whose variances add up to that of the Gaussian exactly (Gwosdek et al., "Theoretical Foundations of Gaussian
 * Convolution by Extended Box Filtering", SSVM 2011). Beyond a border its sample goes on.
 *
 * @param data  (rows, columns, channels), finite and ≥ 0
 * @param sigma standard deviation in pixels
 */
export function gaussianBlur(
  data: Float32Array,
  { rows, columns, channels }: { readonly rows: number; readonly columns: number; readonly channels: number },
  sigma: number,
): void {
  const box = extendedBox(sigma);
  const line = new Float64Array(Math.max(rows, columns));
  const spare = new Float64Array(line.length);
  const blurLine = (start: number, step: number, length: number): void => {
    for (let i = 0; i < length; i++) line[i] = data[start + i * step]!;
    let [from, to] = [line, spare];
    for (let pass = 0; pass < BOXES; pass++) {
      boxFilter(from, to, length, box);
      [from, to] = [to, from];
    }
    for (let i = 0; i < length; i++) data[start + i * step] = Math.max(0, from[i]!);
  };
  for (let row = 0; row < rows; row++)
    for (let c = 0; c < channels; c++) blurLine(row * columns * channels + c, channels, columns);
  for (let i = 0; i < columns * channels; i++) blurLine(i, columns * channels, rows);
}

/** A box of 2 · radius + 1 samples of the same weight, with one sample of a smaller one at either end. */
interface ExtendedBox {
  readonly radius: number;
  readonly inner: number;
  readonly outer: number;
}

/** Gwosdek et al., equations 7 to 9. */
function extendedBox(sigma: number): ExtendedBox {
  const variance = (sigma * sigma) / BOXES;
  const radius = Math.floor((Math.sqrt(12 * variance + 1) - 1) / 2);
  const length = 2 * radius + 1;
  const ideal = (length * (radius * (radius + 1) - 3 * variance)) / (6 * (variance - (radius + 1) ** 2));
  const inner = 1 / (length + 2 * ideal);
  return { radius, inner, outer: ideal * inner };
}

/** One box over one line, by a running sum. */
function boxFilter(
  from: Float64Array,
  to: Float64Array,
  length: number,
  { radius, inner, outer }: ExtendedBox,
): void {
  const last = length - 1;
  let sum = 0;
  for (let at = -radius; at <= radius; at++) sum += from[Math.min(Math.max(at, 0), last)]!;
  for (let i = 0; i < length; i++) {
    const before = from[Math.max(i - radius - 1, 0)]!;
    const after = from[Math.min(i + radius + 1, last)]!;
    to[i] = inner * sum + outer * (before + after);
    sum += after - from[Math.max(i - radius, 0)]!;
  }
}
