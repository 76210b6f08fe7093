import type { Command } from 'commander';
import { NO_MODEL } from '../../codec/model-check.ts';
import type { LayeredLayout } from '../../container/index.ts';
import type { Probe } from '../../formats/index.ts';
import { readInput, withInput } from '../files.ts';
import { formatBytes, print } from '../print.ts';

export interface Info {
  /** `afterglow` for our own layered files, else the format by the name that its reader has. */
  kind: string;
  width: number;
  height: number;
  /** Whether there is anything that makes the picture HDR. */
  hdr: boolean;
  /** Stops above 203 cd/m²; null for SDR, and where a picture that is to be encoded does not say. */
  headroom: number | null;
  /** null where no model had a part in it. */
  model: string | null;
  /** cd/m² of one unit of the encoder's input; null for what has not been encoded. */
  nitsPerUnit: number | null;
  /** null for what is no JPEG. */
  base: { bytes: number } | null;
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
    .argument('<IN>', 'a layered file, or any picture that is read')
    .option('--json', 'as JSON')
    .action(async (path: string, options: { json?: boolean }) => {
      const info = await inspect(path);
      print(info, lines(info), options);
    });
}

async function inspect(path: string): Promise<Info> {
  const { findGainMap, probe, probeFile } = await import('../../formats/index.ts');
  const start = await withInput(path, (read) => read(0, 2));
  // Of what is no JPEG there are no parts to be counted, for which all of it would have to be read.
  if (start[0] !== 0xff || start[1] !== 0xd8)
    return describeSource(await withInput(path, probeFile), null, null);
  const { readLayout, shownSize } = await import('../../container/index.ts');
  const bytes = await readInput(path);
  const layout = readLayout(bytes);
  if (layout.kind === 'layered') return describeLayered(layout, shownSize(layout));
  const probed = probe(bytes);
  const map = probed.kind === 'ultrahdr' ? findGainMap(bytes) : null;
  const gainMap = map && { bytes: map.end - map.start, complete: true };
  const info = describeSource(probed, { bytes: layout.base.length }, gainMap);
  return layout.truncatedHeader ? { ...info, kind: 'afterglow', truncatedHeader: true } : info;
}

/** A picture that has not been encoded. */
function describeSource(
  { kind, width, height, hdr, headroom }: Probe,
  base: Info['base'],
  gainMap: Info['gainMap'],
): Info {
  return {
    kind,
    width,
    height,
    hdr,
    headroom,
    model: null,
    nitsPerUnit: null,
    base,
    header: null,
    layers: [],
    gainMap,
  };
}

function describeLayered(layout: LayeredLayout, size: { width: number; height: number }): Info {
  const { header, headerBox, layers, gainMap } = layout;
  return {
    kind: 'afterglow',
    ...size,
    hdr: true,
    headroom: header.headroom,
    model: header.modelId === NO_MODEL ? null : header.modelId,
    nitsPerUnit: header.nitsPerUnit,
    base: { bytes: layout.base.length },
    header: { bytes: headerBox.length },
    layers: layers.map(({ length, complete }) => ({ bytes: length, complete })),
    gainMap: gainMap && { bytes: gainMap.length, complete: gainMap.complete },
  };
}

function lines(info: Info): string[] {
  const part = ({ bytes, complete }: { bytes: number; complete: boolean }): string =>
    complete ? formatBytes(bytes) : `${formatBytes(bytes)}, cut off`;
  const size = `${info.width} × ${info.height}`;
  const base = info.base ? [`base      ${formatBytes(info.base.bytes)}`] : [];
  const map = info.gainMap ? [`gain map  ${part(info.gainMap)}`] : [];
  if (!info.hdr)
    return [
      `${size}, SDR${info.truncatedHeader ? ' (cut off inside the header of its layers)' : ''}${info.base ? '' : `, ${info.kind}`}`,
      ...base,
    ];
  const headroom =
    info.headroom === null ? 'headroom not said' : `headroom ${info.headroom.toFixed(2)} stops`;
  if (info.header === null) return [`${size}, HDR, ${info.kind}, ${headroom}`, ...base, ...map];
  return [
    `${size}, HDR, ${headroom}${info.model === null ? '' : `, model ${info.model}`}`,
    ...base,
    `header    ${formatBytes(info.header.bytes)}`,
    ...info.layers.map((layer, k) => `layer ${String(k + 1).padEnd(3)} ${part(layer)}`),
    ...map,
  ];
}
