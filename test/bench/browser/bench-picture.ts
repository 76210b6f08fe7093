import { readFile } from 'node:fs/promises';
import type { HdrPicture } from '../../../src/codec/picture.ts';
import { read } from '../../../src/formats/index.ts';
import { measuredPicture } from '../../../src/metrics/index.ts';

/** The picture of a file, made so small as to have at most so many megapixels. */
export async function benchPicture(path: string, megapixels: number): Promise<HdrPicture> {
  return { ...measuredPicture(await read(await readFile(path)), megapixels), primaries: 'bt709' };
}
