import { Option, type Command } from 'commander';
import type { Representation } from '../../container/index.ts';
import { integer } from '../arguments.ts';
import { readInput, writeOutput } from '../files.ts';
import { formatBytes, print } from '../print.ts';

interface CutOptions extends Representation {
  json?: boolean;
}

export function addCut(program: Command): void {
  program
    .command('cut')
    .description('write what the edge would send: a plain JPEG, layers, or a gain map')
    .argument('<IN.jpg>')
    .argument('<OUT.jpg>')
    .addOption(
      new Option('--hdr <which>', 'plain JPEG, JPEG + layers, or JPEG + gain map')
        .choices(['0', '1', 'gainmap'])
        .makeOptionMandatory(),
    )
    .option('--layers <K>', 'with --hdr 1: at most that many layers', integer(0, 32))
    .option('--json', 'say what was written as JSON')
    .action(async (input: string, output: string, { hdr, layers, json }: CutOptions) => {
      const { cut } = await import('../../container/index.ts');
      const bytes = cut(await readInput(input), { hdr, layers });
      await writeOutput(output, bytes);
      print(
        { output, bytes: bytes.length },
        [`${output}: ${formatBytes(bytes.length)}`],
        json ? { json } : {},
      );
    });
}
