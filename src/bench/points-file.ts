import { appendFile, readFile, writeFile } from 'node:fs/promises';
import { BenchError } from './errors.ts';
import { formatPoint, parsePoint, pointKey, POINTS_HEADER, type Point } from './point.ts';

/**
 * The points of a file that was measured before, here or elsewhere. HDR-VDP's may stand in a file of their own beside it,
 * `FILE.hdrvdp2`, with the columns image, codec, point and q.
 *
 * @throws BenchError `points_invalid`; the system's error where there is no such file
 */
export async function readPoints(path: string): Promise<Point[]> {
  const points = parseTable(path, await readFile(path, 'utf8'), parsePoint);
  const visible = new Map(
    parseTable(`${path}.hdrvdp2`, await readIfThere(`${path}.hdrvdp2`), parseVisibility),
  );
  return points.map((point) => {
    const hdrvdp2 = visible.get(pointKey(point));
    return hdrvdp2 === undefined ? point : { ...point, scores: { ...point.scores, hdrvdp2 } };
  });
}

/** The points of one run: those that are there are not measured again, and each new one is written as soon as it is known. */
export class PointsFile {
  readonly #path: string;
  readonly #points: Map<string, Point>;

  private constructor(path: string, points: readonly Point[]) {
    this.#path = path;
    this.#points = new Map(points.map((point) => [pointKey(point), point]));
  }

  static async open(path: string): Promise<PointsFile> {
    const text = await readIfThere(path);
    if (text === '') await writeFile(path, `${POINTS_HEADER}\n`);
    // A run that was killed may have left half a row, and the next one must not be written onto it.
    else if (!text.endsWith('\n')) await appendFile(path, '\n');
    return new PointsFile(path, parseTable(path, text, parsePoint));
  }

  get points(): Point[] {
    return [...this.#points.values()];
  }

  get(key: Pick<Point, 'image' | 'codec' | 'point'>): Point | undefined {
    return this.#points.get(pointKey(key));
  }

  /** A point that is there already is written once more; when the file is read, its last row counts. */
  async add(point: Point): Promise<void> {
    await appendFile(this.#path, `${formatPoint(point)}\n`);
    this.#points.set(pointKey(point), point);
  }
}

function parseTable<Row>(
  path: string,
  text: string,
  parse: (names: readonly string[], row: string) => Row | null,
): Row[] {
  const [header, ...rows] = text.split('\n');
  if (header === undefined || header === '') return [];
  const names = header.split('\t');
  if (!names.includes('image') || !names.includes('codec')) {
    throw new BenchError(
      'points_invalid',
      `${path} has no columns “image” and “codec”: it is no table of points.`,
    );
  }
  return rows
    .filter((row) => row !== '')
    .map((row) => parse(names, row))
    .filter((row) => row !== null);
}

function parseVisibility(names: readonly string[], row: string): readonly [string, number] | null {
  const cells = row.split('\t');
  const cell = (name: string): string => cells[names.indexOf(name)] ?? '';
  const q = Number.parseFloat(cell('q'));
  const key = pointKey({ image: cell('image'), codec: cell('codec'), point: cell('point') });
  return Number.isFinite(q) ? [key, q] : null;
}

async function readIfThere(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return '';
    throw error;
  }
}
