import { Option, type Command } from 'commander';
import type { HdrPicture, JpegCoder } from '../../codec/index.ts';
import { NO_MODEL } from '../../codec/model-check.ts';
import type { Provider } from '../../inference/node.ts';
import type { PhotographersBase } from '../../origin/photographers-base.ts';
import { integer, positiveNumber } from '../arguments.ts';
import { readInput, writeOutput } from '../files.ts';
import { modelsFolder } from '../models-folder.ts';
import { formatBytes, print } from '../print.ts';
import { startProgress } from '../progress.ts';
import { providersOption } from '../providers.ts';

interface EncodeFlags {
  quality?: number;
  sdrQuality?: number;
  layers?: number;
  sdr?: string;
  nitsPerUnit?: number;
  model?: string;
  tmo?: 'mai' | 'reinhard';
  gainMap?: boolean;
  providers: Provider[];
  json?: boolean;
}

export function addEncode(program: Command): void {
  program
    .command('encode')
    .description('make a layered JPEG of an HDR picture; a JPEG with a gain map keeps its own SDR picture')
    .argument('<IN>')
    .argument('<OUT.jpg>')
    .option('--quality <Q>', 'quality of the whole file, 1 to 100', integer(1, 100))
    .option(
      '--sdr-quality <Q>',
      'what the base looks like at least, as the quality of a JPEG; as coarse as layers allow if absent',
      integer(1, 100),
    )
    .option(
      '--layers <N>',
      'enhancement layers, 0 to 32; with 0 the networks still post-process the base',
      integer(0, 32),
    )
    .option('--sdr <BASE.jpg>', 'your own SDR JPEG, which becomes the base byte for byte')
    .option('--nits-per-unit <X>', 'cd/m² that one unit of the picture stands for', positiveNumber)
    .option(
      '--model <ID>',
      `model of models/manifest.json; ${NO_MODEL}: the base without any network or layer`,
    )
    .addOption(new Option('--tmo <which>', 'tone mapping of the base').choices(['mai', 'reinhard']))
    .option('--gain-map', 'add a gain map, for `cut --hdr gainmap`')
    .addOption(providersOption())
    .option('--json', 'say what was written as JSON')
    .action(async (input: string, output: string, flags: EncodeFlags, command: Command) => {
      if (flags.model === NO_MODEL && (flags.layers ?? 0) > 0)
        command.error(`error: --model ${NO_MODEL} has no layers; leave --layers out or give 0`);
      await encodeFile(input, output, flags);
    });
}

async function encodeFile(input: string, output: string, flags: EncodeFlags): Promise<void> {
  const source = await readInput(input);
  const baseJpeg = flags.sdr === undefined ? undefined : await readInput(flags.sdr);
  const [
    { FormatError, read },
    { encode },
    { readLayout },
    { gainMapMaker },
    { loadNetworks },
    { nodeJpegCoder },
  ] = await Promise.all([
    import('../../formats/index.ts'),
    import('../../codec/index.ts'),
    import('../../container/index.ts'),
    import('../../gain-map/index.ts'),
    import('../../inference/node.ts'),
    import('../../inference/jpeg-node.ts'),
  ]);

  const picture = await read(source);
  if (!picture.hdr)
    throw new FormatError('not_hdr', 'this is an SDR picture: it has no light for layers to bring back');
  const { model, providers } = flags;
  const layers = model === NO_MODEL ? 0 : flags.layers;
  const networks =
    model === NO_MODEL ? null : await loadNetworks({ modelsFolder: modelsFolder(), model, providers });
  const jpeg = nodeJpegCoder();
  const own = baseJpeg === undefined ? await ownBase(source, picture, flags, jpeg) : null;
  const progress = await startProgress('encode');
  try {
    const bytes = await encode(
      picture,
      {
        ...(flags.quality === undefined ? {} : { quality: flags.quality }),
        ...(flags.sdrQuality === undefined ? {} : { sdrQuality: flags.sdrQuality }),
        ...(layers === undefined ? {} : { layers }),
        ...(flags.nitsPerUnit === undefined ? {} : { nitsPerUnit: flags.nitsPerUnit }),
        ...(flags.tmo === undefined ? {} : { tmo: flags.tmo }),
        ...(baseJpeg === undefined ? {} : { baseJpeg }),
        ...(own === null ? {} : { baseJpeg: own.jpeg }),
        ...(flags.gainMap ? { gainMap: own?.gainMap ?? gainMapMaker(jpeg) } : {}),
        onProgress: ({ stage, layer, of, fraction }) => {
          if (stage === 'base') progress.update(0, 'base');
          else progress.update((layer - 1 + fraction) / of, `layer ${layer} of ${of}`);
        },
      },
      { networks, jpeg },
    );
    await writeOutput(output, bytes);
    progress.stop();
    const { base, layers: sizes } = partSizes(readLayout(bytes));
    const { width, height } = picture;
    const provider = networks?.provider ?? null;
    print(
      {
        output,
        bytes: bytes.length,
        width,
        height,
        base: { bytes: base },
        layers: sizes.map((size) => ({ bytes: size })),
        provider,
      },
      [
        `${output}: ${formatBytes(bytes.length)}, base ${formatBytes(base)}${sizes.map((size) => ` + ${formatBytes(size)}`).join('')}`,
      ],
      flags,
    );
  } finally {
    progress.stop();
    await networks?.release();
  }
}

/** The SDR picture that a JPEG with a gain map brings along, unless another tone mapping is asked for. */
async function ownBase(
  source: Uint8Array,
  picture: HdrPicture,
  { tmo }: EncodeFlags,
  coder: JpegCoder,
): Promise<PhotographersBase | null> {
  const [{ sniff }, { photographersBase }] = await Promise.all([
    import('../../formats/index.ts'),
    import('../../origin/photographers-base.ts'),
  ]);
  if (sniff(source) !== 'ultrahdr') return null;
  const variant = tmo === undefined ? {} : { tmo };
  return photographersBase(source, picture, variant, { coder, maxPixels: Infinity });
}

function partSizes(layout: { base: { length: number }; layers?: readonly { length: number }[] }): {
  base: number;
  layers: number[];
} {
  return { base: layout.base.length, layers: (layout.layers ?? []).map(({ length }) => length) };
}
