import { join } from 'node:path';
import type { Command } from 'commander';
import type { BenchResult } from '../../bench/index.ts';
import type { Provider } from '../../inference/node.ts';
import { integer, integers, positiveNumber } from '../arguments.ts';
import { modelsFolder } from '../models-folder.ts';
import { print } from '../print.ts';
import { startProgress } from '../progress.ts';
import { providersOption } from '../providers.ts';

interface BenchFlags {
  out: string;
  mp: number;
  qualities: number[];
  layers?: number;
  points: string[];
  model?: string;
  providers: Provider[];
  json?: boolean;
}

export function addBench(program: Command): void {
  program
    .command('bench')
    .description('measure rate and distortion on a folder of HDR pictures, beside other codecs')
    .argument('<FOLDER>', 'pictures: .exr, .hdr, .pfm')
    .option('--out <DIR>', 'where points.tsv and report.html go', 'bench')
    .option('--mp <N>', 'megapixels that pictures are reduced to', positiveNumber, 0.6)
    .option('--qualities <list>', 'of the base JPEG, 1 to 100', integers(1, 100), [10, 30, 50, 70, 85, 95])
    .option(
      '--layers <N>',
      'enhancement layers, 0 to 32; every smaller number is measured too',
      integer(0, 32),
    )
    .option('--points <FILE.tsv...>', 'points of other codecs, measured elsewhere', [])
    .option('--model <ID>', 'model of models/manifest.json')
    .addOption(providersOption())
    .option('--json', 'print the BD-rates as JSON')
    .action(benchFolder);
}

async function benchFolder(folder: string, flags: BenchFlags): Promise<void> {
  const [{ bench, formatBdRate }, { loadNetworks }, { nodeJpegCoder }] = await Promise.all([
    import('../../bench/index.ts'),
    import('../../inference/node.ts'),
    import('../../inference/jpeg-node.ts'),
  ]);
  const { layers, model, providers, json } = flags;
  const networks =
    layers === 0 ? null : await loadNetworks({ modelsFolder: modelsFolder(), model, providers });
  const progress = await startProgress('bench');
  try {
    const result = await bench(
      { parts: { networks, jpeg: nodeJpegCoder() }, layers },
      {
        folder,
        out: flags.out,
        megapixels: flags.mp,
        qualities: flags.qualities,
        pointsFiles: flags.points,
        onProgress: (fraction, what) => {
          progress.update(fraction, what);
        },
        onPeerFailed: (message) => process.stderr.write(`${message}\n`),
      },
    );
    progress.stop();
    print(summary(result), lines(result, formatBdRate), { ...(json === undefined ? {} : { json }) });
  } finally {
    progress.stop();
    await networks?.release();
  }
}

function summary({ comparison, files, peers, hdrVdp }: BenchResult): object {
  const { ours, images, metrics, tables } = comparison;
  const bdRates = tables.map(({ title, rows }) => ({
    rates: title,
    against: rows.map(({ peer, bdRates }) => ({
      codec: peer,
      ...Object.fromEntries(metrics.map(({ column }, i) => [column, bdRates[i]?.mean ?? null])),
    })),
  }));
  return { ours: ours.name, images, peers, hdrVdp, bdRates, ...files };
}

function lines(
  { comparison, files, hdrVdp }: BenchResult,
  format: (typeof import('../../bench/index.ts'))['formatBdRate'],
): string[] {
  const { ours, images, metrics, tables } = comparison;
  const titles = metrics.map(({ title }) => title);
  const text = tables.flatMap(({ title, rows }) => [
    `BD-rate of ${ours.name}, ${title} (percent of bytes at equal quality; number of pictures)`,
    ...aligned([['against', ...titles], ...rows.map(({ peer, bdRates }) => [peer, ...bdRates.map(format)])]),
    '',
  ]);
  const without = hdrVdp
    ? []
    : ['HDR-VDP-2 was not measured: it needs octave-cli on the PATH and HDRVDP_HOME.'];
  return [
    `${images.length} pictures`,
    '',
    ...text,
    ...without,
    ...Object.values(files).map((path) => join(path)),
  ];
}

/** Columns of equal width: names to the left, figures to the right. */
function aligned(rows: readonly (readonly string[])[]): string[] {
  const widths = rows[0]!.map((_, i) => Math.max(...rows.map((row) => row[i]?.length ?? 0)));
  return rows.map((row) =>
    row.map((cell, i) => (i === 0 ? cell.padEnd(widths[i]!) : cell.padStart(widths[i]!))).join('  '),
  );
}
