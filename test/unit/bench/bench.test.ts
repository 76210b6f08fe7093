import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { compare, formatBdRate } from '../../../src/bench/comparison.ts';
import { curvesOf, hullOf, meanCurve } from '../../../src/bench/curves.ts';
import { EXCHANGES } from '../../../src/bench/exchange.ts';
import { METRICS } from '../../../src/bench/metrics.ts';
import { formatPoint, parsePoint, POINTS_HEADER, type Point } from '../../../src/bench/point.ts';
import { PointsFile, readPoints } from '../../../src/bench/points-file.ts';
import { reportPage } from '../../../src/bench/report.ts';
import { HEIGHT, picture, ramp, WIDTH } from '../metrics/pictures.ts';

let folder: string;
const at = (name: string): string => join(folder, name);
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'afterglow-bench-'));
});
afterAll(() => rm(folder, { recursive: true }));

function point(codec: string, image: string, name: string, bytes: number, dB: number): Point {
  return {
    image,
    codec,
    point: name,
    width: 100,
    height: 80,
    bytes,
    baseBytes: 500,
    seconds: { encode: 1.5, decode: 0.25 },
    cpuSeconds: { encode: 2, decode: Number.NaN },
    scores: { puPsnrY: dB, puSsim: dB / 60, puPsnrRgb: dB - 1, deItp: 60 - dB, hdrvdp2: Number.NaN },
  };
}

/** Five points, six dB for each doubling of the bytes. */
const curve = (codec: string, image: string, scale: number, suffix = ''): Point[] =>
  [1, 2, 4, 8, 16].map((k, i) => point(codec, image, `q=${i}${suffix}`, 300 * k * scale, 20 + 6 * i));

describe('points', () => {
  it('are written in the columns of other benches and read again', () => {
    const written = point('jxl', 'desk', 'd=1', 1234, 33.5);
    expect(POINTS_HEADER).toMatch(
      /^image\tcodec\tpoint\tw\th\tbytes\tbase_bytes\tbpp\tenc_s\tdec_s\tenc_cpu\tdec_cpu\tbase_psnr\tpu_psnr_y\t/,
    );
    const names = POINTS_HEADER.split('\t');
    expect(formatPoint(written).split('\t')).toHaveLength(names.length);
    expect(formatPoint(written)).toMatch(
      /^desk\tjxl\td=1\t100\t80\t1234\t500\t1\.23400\t1\.500\t0\.250\t2\.000\tnan\t/,
    );
    const { scores, ...rest } = parsePoint(names, formatPoint(written))!;
    expect(rest).toEqual({ ...written, scores: undefined });
    expect(scores.puSsim).toBeCloseTo(written.scores.puSsim, 5);
    expect(scores.hdrvdp2).toBeNaN();
  });

  it('without a name or a size are left out', () => {
    expect(parsePoint(['image', 'codec'], 'desk\tjxl')).toBeNull();
    expect(parsePoint(POINTS_HEADER.split('\t'), 'desk')).toBeNull();
  });

  it('stay from one run to the next, whose file may end in half a row', async () => {
    const first = await PointsFile.open(at('points.tsv'));
    await first.add(point('a', 'x', 'q=1', 10, 30));
    await writeFile(at('points.tsv'), `${await readFile(at('points.tsv'), 'utf8')}x\ta\tq=2`);
    const second = await PointsFile.open(at('points.tsv'));
    expect(second.points.map(({ point: name }) => name)).toEqual(['q=1']);
    await second.add(point('a', 'x', 'q=2', 20, 36));
    await second.add(point('a', 'x', 'q=1', 11, 31));
    const third = await PointsFile.open(at('points.tsv'));
    expect(third.points.map(({ bytes }) => bytes).sort()).toEqual([11, 20]);
    expect(third.get({ codec: 'a', image: 'x', point: 'q=2' })?.scores.puPsnrY).toBe(36);
  });

  it('take HDR-VDP from the file beside theirs', async () => {
    await writeFile(
      at('peers.tsv'),
      `${POINTS_HEADER}\n${formatPoint(point('jxl', 'desk', 'd=1', 99, 30))}\n`,
    );
    await writeFile(
      at('peers.tsv.hdrvdp2'),
      'image\tcodec\tpoint\tq\ndesk\tjxl\td=1\t61.5\ndesk\tjxl\td=9\tnan\n',
    );
    expect((await readPoints(at('peers.tsv')))[0]!.scores.hdrvdp2).toBe(61.5);
  });

  it('are not read of another table', async () => {
    await writeFile(at('other.tsv'), 'name\tsize\na\t1\n');
    await expect(readPoints(at('other.tsv'))).rejects.toMatchObject({ code: 'points_invalid' });
    await expect(readPoints(at('absent.tsv'))).rejects.toMatchObject({ code: 'ENOENT' });
  });
});

describe('curves', () => {
  const [psnr, , , deltaE] = METRICS;

  it('join the codecs of a family', () => {
    const points = ['jxt_a', 'jxt_b', 'uhdr_api0'].flatMap((codec) => curve(codec, 'x', 1));
    expect(curvesOf(points).map(({ name, points: { length } }) => [name, length])).toEqual([
      ['jxt_a', 5],
      ['jxt_b', 5],
      ['uhdr_api0', 5],
      ['the best of JPEG XT', 10],
    ]);
  });

  it('are hulls on which more is better', () => {
    const one = { name: 'a', points: [...curve('a', 'x', 1), point('a', 'x', 'bad', 4000, 10)] };
    expect(hullOf(one, 'x', psnr).map(({ quality }) => quality)).toEqual([20, 26, 32, 38, 44]);
    expect(hullOf(one, 'x', deltaE).map(({ quality }) => quality)).toEqual([-40, -34, -28, -22, -16]);
    expect(hullOf(one, 'y', psnr)).toEqual([]);
  });

  it('have a mean where every picture has a value', () => {
    const one = { name: 'a', points: [...curve('a', 'x', 1), ...curve('a', 'y', 2)] };
    const mean = meanCurve(one, ['x', 'y'], psnr);
    expect(mean[0]!.rate).toBeGreaterThanOrEqual(0.6);
    expect(mean.find(({ rate }) => rate === 1.25)!.quality).toBeCloseTo(
      20 + 6 * Math.log2(1.25 / 0.3) - 3,
      6,
    );
  });
});

describe('the comparison', () => {
  const points = ['x', 'y'].flatMap((image) => [
    ...curve('afterglow-m', image, 1, ',layers=1'),
    ...curve('afterglow-m', image, 1.25, ',layers=0'),
    ...curve('jxt_a', image, 2),
  ]);
  const comparison = compare([...points, ...curve('jxt_a', 'elsewhere', 1)], 'afterglow-m');

  it('says how many bytes ours saves, and what its layers are worth', () => {
    const rates = comparison.tables[0]!.rows.map(({ peer, bdRates }) => [peer, formatBdRate(bdRates[0]!)]);
    expect(rates).toEqual([
      ['jxt_a', '−50.0 % (2)'],
      ['afterglow-m, no layers', '−20.0 % (2)'],
    ]);
    // Between 2 and 4 bpp of the anchor the saving is the same.
    expect(comparison.tables[2]!.rows[0]!.bdRates[0]!.mean).toBeCloseTo(-50, 6);
    expect(comparison.metrics.map(({ key }) => key)).not.toContain('hdrvdp2');
  });

  it('becomes a page that loads nothing', async () => {
    const crops = [{ image: 'x<y', region: 'dark', crops: [{ title: 'ours', image: 'data:,' }] }] as const;
    const page = await reportPage(comparison, crops);
    expect(page.match(/<svg/g)).toHaveLength(4 * 3);
    expect(page).toContain('−50.0 % (2)');
    expect(page).toContain('x&lt;y, dark');
    expect(page).not.toMatch(/(?:src|href)="(?!data:|#)/);
  });
});

describe('files for other codecs', () => {
  it.each([
    ['pfm', 0],
    ['pfmTopDown', 0],
    ['half203', 1e-3],
    // Steps of 16-bit PQ; red far under the other two is made of differences.
    ['pngPq2020', 5e-2],
  ] as const)('of kind %s say what was written', async (kind, tolerance) => {
    const original = picture(
      ramp().map((v) => Math.min(Math.max(v, 0.05), 4000)),
      WIDTH,
      HEIGHT,
    );
    const file = at(`x.${EXCHANGES[kind].extension}`);
    await EXCHANGES[kind].write(file, original);
    const found = await EXCHANGES[kind].read(file, original);
    const off = found.map((v, i) => Math.abs(v / original.data[i]! - 1));
    expect(Math.max(...off)).toBeLessThanOrEqual(tolerance);
  });
});
