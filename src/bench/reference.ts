import { readdir, readFile } from 'node:fs/promises';
import { basename, extname, join } from 'node:path';
import type { HdrPicture } from '../codec/picture.ts';
import { read } from '../formats/index.ts';
import { measuredPicture, QualityReference } from '../metrics/index.ts';
import { BenchError } from './errors.ts';
import type { HdrVdp } from './hdr-vdp.ts';
import type { Scores } from './metrics.ts';

const HDR_FILES = new Set(['.exr', '.hdr', '.pfm']);

/** Name → path of the HDR pictures in a folder, by name. @throws BenchError `no_pictures` */
export async function listPictures(folder: string): Promise<Map<string, string>> {
  const files = (await readdir(folder)).filter((file) => HDR_FILES.has(extname(file).toLowerCase()));
  if (files.length === 0) {
    throw new BenchError('no_pictures', `There is no ${[...HDR_FILES].join(', ')} file in ${folder}.`);
  }
  return new Map(files.sort().map((file) => [pictureName(file), join(folder, file)]));
}

/** As other benches name it, so that points of both are of one picture. */
const pictureName = (file: string): string => basename(file, extname(file)).replace(/[^A-Za-z0-9_]+/g, '_');

/** A picture that encodings are compared with: in absolute cd/m², BT.709. */
export class Reference {
  readonly name: string;
  readonly picture: HdrPicture;
  readonly #quality: QualityReference;
  readonly #hdrVdp: HdrVdp | null;

  constructor(name: string, picture: HdrPicture, hdrVdp: HdrVdp | null) {
    this.name = name;
    this.picture = picture;
    this.#quality = new QualityReference(picture.data, picture.width, picture.height);
    this.#hdrVdp = hdrVdp;
  }

  static async load(
    name: string,
    path: string,
    megapixels: number,
    hdrVdp: HdrVdp | null,
  ): Promise<Reference> {
    return new Reference(name, measuredPicture(await read(await readFile(path)), megapixels), hdrVdp);
  }

  /** @param light interleaved linear BT.709 (h, w, 3) in cd/m² */
  async score(light: Float32Array): Promise<Scores> {
    const { width, height } = this.picture;
    const quality = this.#quality.compare(light);
    const test = { ...this.picture, data: light, width, height };
    return { ...quality, hdrvdp2: (await this.#hdrVdp?.score(this.picture, test)) ?? Number.NaN };
  }
}
