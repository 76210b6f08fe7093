/** Where the training sets' pictures come from, and the numbers that are drawn for them: shared by the scripts here. */
import { readdir, readFile, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';

/** The pictures that the tests and the local stack show are not trained on. */
const BARRED = ['venice', 'sunset', 'lab', 'esplanade'];

export interface Source {
  readonly name: string;
  readonly bytes: () => Promise<Uint8Array>;
}

/** The files named and those of the folders named, in order of name; `assets` adds the CC0 panoramas of @pmndrs/assets. */
export async function findPictures(paths: readonly string[], assets: boolean): Promise<Source[]> {
  const found: Source[] = [];
  for (const source of paths) {
    const folder = (await stat(source)).isDirectory();
    const names = folder ? (await readdir(source)).sort().map((name) => join(source, name)) : [source];
    for (const path of names) found.push({ name: basename(path), bytes: () => readFile(path) });
  }
  if (assets) {
    const folder = join(import.meta.dirname, '../../node_modules/@pmndrs/assets/hdri');
    for (const name of (await readdir(folder)).filter((n) => n.endsWith('.exr.js')).sort()) {
      if (BARRED.includes(name.replace('.exr.js', ''))) continue;
      const bytes = async (): Promise<Uint8Array> => {
        const module = (await import(join(folder, name))) as { default: string };
        return Buffer.from(module.default.replace(/^data:[^,]*,/, ''), 'base64');
      };
      found.push({ name: `assets-${name.replace('.js', '')}`, bytes });
    }
  }
  return found;
}

/** Planes (3, h, w) in [0, 1], cropped to multiples of 16, as 16-bit integers. */
export function quantise(planes: Float32Array, width: number, height: number): Uint16Array {
  const w = width & ~15;
  const h = height & ~15;
  const cropped = new Uint16Array(3 * w * h);
  for (let c = 0, i = 0; c < 3; c++) {
    for (let y = 0; y < h; y++) {
      const from = (c * height + y) * width;
      for (let x = 0; x < w; x++) cropped[i++] = Math.round(65535 * planes[from + x]!);
    }
  }
  return cropped;
}

/** Mulberry32, numbers in [0, 1): the same qualities with every run. */
export function random(seed: number): () => number {
  return () => {
    seed = (seed + 0x6d2b79f5) | 0;
    let t = Math.imul(seed ^ (seed >>> 15), 1 | seed);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}
