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

type Place = readonly [number, number];

/**
 * The best that any of libultrahdr's modes gives at so many bytes, over log(bytes): the upper hull of its points, or straight lines
 * between neighbours of those that no smaller file beats; none outside of them. The hull passes over points that lie in a hollow,
 * so it is more than the encoder was seen to reach, and never less.
 */
export function libultrahdrAt(
  points: readonly Point[],
  image: string,
  bytes: number,
  along: 'hull' | 'points',
): number | undefined {
  const own = points
    .filter((point) => point.image === image && point.codec.startsWith('uhdr'))
    .map(({ bytes: size, quality }): Place => [Math.log(size), quality])
    .sort(([a, p], [b, q]) => a - b || q - p);
  const line: Place[] = [];
  for (const point of own) {
    if (line.length > 0 && line.at(-1)![1] >= point[1]) continue;
    while (along === 'hull' && line.length > 1 && !bends(line.at(-2)!, line.at(-1)!, point)) line.pop();
    line.push(point);
  }
  const x = Math.log(bytes);
  const right = line.findIndex(([size]) => size >= x);
  if (right < 1) return undefined;
  const [[x0, y0], [x1, y1]] = [line[right - 1]!, line[right]!];
  return y0 + ((x - x0) / (x1 - x0)) * (y1 - y0);
}

function bends(a: Place, b: Place, c: Place): boolean {
  return (b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0]) < 0;
}
