import { randomUUID } from 'node:crypto';
import { open, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';

export async function readInput(path: string): Promise<Uint8Array> {
  return withPath(path, () => readFile(path));
}

/** Lends a function that reads pieces of a file, of which there is none beyond its end. */
export async function withInput<T>(
  path: string,
  action: (read: (offset: number, length: number) => Promise<Uint8Array>) => Promise<T>,
): Promise<T> {
  const file = await withPath(path, () => open(path));
  try {
    return await action(async (offset, length) => {
      const { bytesRead, buffer } = await withPath(path, () =>
        file.read(new Uint8Array(length), 0, length, offset),
      );
      return buffer.subarray(0, bytesRead);
    });
  } finally {
    await file.close();
  }
}

/** Writes beside the destination and renames, so that under its name there is never half a file. */
export async function writeOutput(path: string, bytes: Uint8Array): Promise<void> {
  const unfinished = join(dirname(path), `.${basename(path)}.${randomUUID()}.part`);
  try {
    await withPath(path, async () => {
      await writeFile(unfinished, bytes);
      await rename(unfinished, path);
    });
  } finally {
    await rm(unfinished, { force: true });
  }
}

/** Errors of the system name the file that the user named: some of node's name none, or the unfinished one. */
async function withPath<T>(path: string, action: () => Promise<T>): Promise<T> {
  try {
    return await action();
  } catch (error) {
    if (error instanceof Error) Object.assign(error, { path });
    throw error;
  }
}
