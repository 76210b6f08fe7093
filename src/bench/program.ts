import { spawn } from 'node:child_process';
import { constants, existsSync } from 'node:fs';
import { access } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { BenchError } from './errors.ts';

/** The path of a program on the PATH, or null. */
export async function findProgram(name: string): Promise<string | null> {
  const folders = (process.env.PATH ?? '').split(delimiter).filter((folder) => folder !== '');
  for (const folder of folders) {
    const path = join(folder, name);
    try {
      await access(path, constants.X_OK);
      return path;
    } catch {
      // Not in this folder; perhaps in the next one.
    }
  }
  return null;
}

/** What a program said that is kept for a message, in characters. */
const KEPT_OUTPUT = 600;

/**
 * Runs a program to its end; resolves to the seconds that it took.
 *
 * @param output the file that it is to write: some programs say that all is well and have written none
 * @throws BenchError `peer_failed` with the end of what it said
 */
export function runProgram(command: readonly string[], cwd: string, output: string): Promise<number> {
  const [program = '', ...args] = command;
  const begin = performance.now();
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { cwd, stdio: ['ignore', 'pipe', 'pipe'] });
    let said = '';
    const listen = (chunk: Buffer): void => {
      said = (said + chunk.toString()).slice(-KEPT_OUTPUT);
    };
    child.stdout.on('data', listen);
    child.stderr.on('data', listen);
    const fail = (why: string): void => {
      reject(new BenchError('peer_failed', `“${command.join(' ')}” failed: ${why}`));
    };
    child.on('error', (error) => {
      fail(error.message);
    });
    child.on('close', (code) => {
      if (code === 0 && existsSync(output)) resolve((performance.now() - begin) / 1000);
      else
        fail(`${code === 0 ? 'no file' : `exit code ${String(code)}`}: ${said.trim().replace(/\s+/g, ' ')}`);
    });
  });
}
