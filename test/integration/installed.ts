import { execFile } from 'node:child_process';
import { copyFile, mkdir, mkdtemp, readdir, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

export interface Project extends AsyncDisposable {
  /** Where its files go. */
  readonly folder: string;
  /** Runs a program of its `node_modules/.bin`; throws with what it said. */
  readonly run: (program: string, ...args: string[]) => Promise<string>;
}

/**
 * A project of somebody else's, outside of this one, that has the package as `npm pack` would pack it, and what that depends on. What
 * `prepack` does before is done here but for the build, which other tests read at the same time.
 */
export async function projectWithPackage(): Promise<Project> {
  await run('npx', ['tsc', '-p', 'tsconfig.types.json']);
  const { stdout } = await run('npm', ['pack', '--dry-run', '--ignore-scripts', '--json'], {
    maxBuffer: 2 ** 24,
  });
  const [packed] = JSON.parse(stdout) as [{ files: { path: string }[] }];
  const folder = await mkdtemp(join(tmpdir(), 'afterglow-project-'));
  const modules = join(folder, 'node_modules');
  await mkdir(modules);
  for (const name of await readdir('node_modules')) {
    await symlink(resolve('node_modules', name), join(modules, name));
  }
  for (const { path } of packed.files) {
    const to = join(modules, 'afterglow', path);
    await mkdir(dirname(to), { recursive: true });
    await copyFile(path, to);
  }
  return {
    folder,
    run: async (program, ...args) => {
      try {
        return (await run(join(modules, '.bin', program), args, { cwd: folder })).stdout;
      } catch (error) {
        const { stdout: said, stderr } = error as { stdout?: string; stderr?: string };
        throw new Error([said, stderr].join('\n'), { cause: error });
      }
    },
    [Symbol.asyncDispose]: () => rm(folder, { recursive: true }),
  };
}
