import type { Command } from 'commander';
import { NO_MODEL } from '../../codec/model-check.ts';
import type { Layout } from '../../container/index.ts';
import { readInput } from '../files.ts';
import { formatBytes, print } from '../print.ts';

export interface Info {
  width: number;
  height: number;
  /** Whether there is anything that makes the picture HDR. */
  hdr: boolean;
  /** Stops above 203 cd/m²; null for SDR. */
  headroom: number | null;
  /** null where no model had a part in it. */
  model: string | null;
  /** cd/m² of one unit of the encoder's input; null for SDR. */
  nitsPerUnit: number | null;
  base: { bytes: number };
  header: { bytes: number } | null;
  /** Those that the header names, also those that the file is cut before the end of. */
  layers: { bytes: number; complete: boolean }[];
  gainMap: { bytes: number; complete: boolean } | null;
  /** The file is cut inside its header, and so is an SDR picture. */
  truncatedHeader?: true;
}

export function addInfo(program: Command): void {
  program
    .command('info')
    .description('say what is in a file')
    .argument('<IN.jpg>')
    .option('--json', 'as JSON')
    .action(async (path: string, options: { json?: boolean }) => {
      const { readLayout } = await import('../../container/index.ts');
      const info = describe(readLayout(await readInput(path)));
      print(info, lines(info), options);
    });
}

function describe(layout: Layout): Info {
  const base = { bytes: layout.base.length };
  if (layout.kind === 'sdr')
    return {
      width: layout.width,
      height: layout.height,
      hdr: false,
      headroom: null,
      model: null,
      nitsPerUnit: null,
      base,
      header: null,
      layers: [],
      gainMap: null,
      ...(layout.truncatedHeader ? { truncatedHeader: true } : {}),
    };
  const { header, headerBox, layers, gainMap } = layout;
  return {
    width: header.width,
    height: header.height,
    hdr: true,
    headroom: header.headroom,
    model: header.modelId === NO_MODEL ? null : header.modelId,
    nitsPerUnit: header.nitsPerUnit,
    base,
    header: { bytes: headerBox.length },
    layers: layers.map(({ length, complete }) => ({ bytes: length, complete })),
    gainMap: gainMap && { bytes: gainMap.length, complete: gainMap.complete },
  };
}

function lines(info: Info): string[] {
  const part = ({ bytes, complete }: { bytes: number; complete: boolean }): string =>
    complete ? formatBytes(bytes) : `${formatBytes(bytes)}, cut off`;
  if (!info.hdr)
    return [
      `${info.width} × ${info.height}, SDR${info.truncatedHeader ? ' (cut off inside the header of its layers)' : ''}`,
      `base      ${formatBytes(info.base.bytes)}`,
    ];
  return [
    `${info.width} × ${info.height}, HDR, headroom ${info.headroom?.toFixed(2)} stops${info.model === null ? '' : `, model ${info.model}`}`,
    `base      ${formatBytes(info.base.bytes)}`,
    `header    ${formatBytes(info.header?.bytes ?? 0)}`,
    ...info.layers.map((layer, k) => `layer ${String(k + 1).padEnd(3)} ${part(layer)}`),
    ...(info.gainMap ? [`gain map  ${part(info.gainMap)}`] : []),
  ];
}
