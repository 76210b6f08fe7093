import { Option, type Command } from 'commander';
import { NO_MODEL } from '../../codec/model-check.ts';
import type { WritableKind } from '../../formats/index.ts';
import type { Provider } from '../../inference/node.ts';
import { integer } from '../arguments.ts';
import { readInput, writeOutput } from '../files.ts';
import { modelsFolder } from '../models-folder.ts';
import { formatBytes, print } from '../print.ts';
import { providersOption } from '../providers.ts';

interface DecodeFlags {
  format?: WritableKind;
  quality?: number;
  layers?: number;
  post: boolean;
  providers: Provider[];
  json?: boolean;
}

const KINDS = ['pfm', 'exr', 'hdr', 'avif', 'png'] as const satisfies readonly WritableKind[];

export function addDecode(program: Command): void {
  program
    .command('decode')
    .description(
      'make an HDR picture of a layered JPEG: OpenEXR, Radiance and PFM in the units and scale of what was encoded, AVIF (10 bits) and PNG (16 bits) in PQ',
    )
    .argument('<IN.jpg>')
    .argument('<OUT>', `a file whose name ends in .${KINDS.join(', .')}, or --format`)
    .addOption(new Option('--format <which>', 'the format of OUT, whatever its name').choices(KINDS))
    .option('--quality <Q>', 'of an AVIF, 1 to 100', integer(1, 100))
    .option('--layers <K>', 'use at most that many layers', integer(0, 32))
    .option(
      '--no-post',
      'leave out the post-processing network (of glow2026 only without layers: they stand on it)',
    )
    .addOption(providersOption())
    .option('--json', 'say what was written as JSON')
    .action(async (input: string, output: string, flags: DecodeFlags, command: Command) => {
      const kind = flags.format ?? KINDS.find((candidate) => output.toLowerCase().endsWith(`.${candidate}`));
      if (!kind) command.error(`error: the name of OUT must end in .${KINDS.join(', .')}; or give --format`);
      await decodeFile(input, output, kind, flags);
    });
}

async function decodeFile(
  input: string,
  output: string,
  kind: WritableKind,
  flags: DecodeFlags,
): Promise<void> {
  const bytes = await readInput(input);
  const [{ write }, { decode }, { readLayout }, { loadNetworks }, { nodeJpegCoder }] = await Promise.all([
    import('../../formats/index.ts'),
    import('../../codec/index.ts'),
    import('../../container/index.ts'),
    import('../../inference/node.ts'),
    import('../../inference/jpeg-node.ts'),
  ]);

  const layout = readLayout(bytes);
  const { providers } = flags;
  const networks =
    layout.kind === 'layered' && layout.header.modelId !== NO_MODEL && (flags.post || flags.layers !== 0)
      ? await loadNetworks({ modelsFolder: modelsFolder(), model: layout.header.modelId, providers })
      : null;
  try {
    const picture = await decode(
      bytes,
      { post: flags.post, ...(flags.layers === undefined ? {} : { layers: flags.layers }) },
      { networks, jpeg: nodeJpegCoder() },
    );
    const file = await write(picture, kind, { quality: flags.quality });
    await writeOutput(output, file);
    const { width, height, nitsPerUnit } = picture;
    print(
      { output, bytes: file.length, width, height, nitsPerUnit },
      [`${output}: ${width} × ${height}, ${formatBytes(file.length)}`],
      flags,
    );
  } finally {
    await networks?.release();
  }
}
