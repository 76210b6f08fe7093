/** One measured file of a peer. */
export interface Point {
  readonly image: string;
  readonly codec: string;
  readonly bytes: number;
  readonly quality: number;
}

/** A table with tabs, the names of its columns in the first line. */
export function readPoints(tsv: string): Point[] {
  const [head = '', ...lines] = tsv.trimEnd().split('\n');
  const columns = head.split('\t');
  const at = (name: string): number => columns.indexOf(name);
  return lines.map((line) => {
    const fields = line.split('\t');
    return {
      image: fields[at('image')] ?? '',
      codec: fields[at('codec')] ?? '',
      bytes: Number(fields[at('bytes')]),
      quality: Number(fields[at('pu_psnr_y')]),
    };
  });
}

/** The best that any of libultrahdr's modes gives at so many bytes: the upper hull over log(bytes); none outside its points. */
export function libultrahdrAt(points: readonly Point[], image: string, bytes: number): number | undefined {
  const own = points
    .filter((point) => point.image === image && point.codec.startsWith('uhdr'))
    .map(({ bytes: size, quality }) => [Math.log(size), quality] as const)
    .sort(([a], [b]) => a - b);
  const hull: (readonly [number, number])[] = [];
  for (const point of own) {
    while (hull.length > 0 && hull.at(-1)![1] >= point[1] && hull.at(-1)![0] === point[0]) hull.pop();
    while (hull.length > 1 && !bends(hull.at(-2)!, hull.at(-1)!, point)) hull.pop();
    hull.push(point);
  }
  const x = Math.log(bytes);
  const right = hull.findIndex(([size]) => size >= x);
  if (right < 1) return undefined;
  const [[x0, y0], [x1, y1]] = [hull[right - 1]!, hull[right]!];
  return y0 + ((x - x0) / (x1 - x0)) * (y1 - y0);
}

function bends(a: readonly [number, number], b: readonly [number, number], c: readonly [number, number]) {
  return (b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0]) < 0;
}
