import { Command, CommanderError } from 'commander';
import packageJson from '../../package.json' with { type: 'json' };
import { addBench } from './commands/bench.ts';
import { addCut } from './commands/cut.ts';
import { addDecode } from './commands/decode.ts';
import { addEncode } from './commands/encode.ts';
import { addInfo } from './commands/info.ts';
import { addServe } from './commands/serve.ts';
import { addSign } from './commands/sign.ts';
import { describeError } from './errors.ts';

const EXIT = { done: 0, failed: 1, usage: 2 } as const;

/** Runs the command line; resolves to the exit code: 0, 1 (it failed, with one line on stderr that says why) or 2 (usage). */
export async function run(args: readonly string[]): Promise<number> {
  try {
    await createProgram().parseAsync(args, { from: 'user' });
    return EXIT.done;
  } catch (error) {
    // Commander has said what is wrong; help and version are no errors.
    if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.done : EXIT.usage;
    const { code, message } = describeError(error);
    const line = args.includes('--json') ? JSON.stringify({ code, message }) : `afterglow: ${message}`;
    process.stderr.write(`${line}\n`);
    return EXIT.failed;
  }
}

function createProgram(): Command {
  const program = new Command('afterglow')
    .description('One JPEG for every screen: a plain JPEG, and after its end the layers that make it HDR.')
    .version(packageJson.version)
    .exitOverride()
    .showHelpAfterError('(--help says how)');
  for (const add of [addEncode, addDecode, addInfo, addCut, addServe, addSign, addBench]) add(program);
  return program;
}
