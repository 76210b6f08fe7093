import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';

/** A sample picture: a CC0 panorama that comes with `npm ci`. */
export interface Sample {
  readonly key: string;
  readonly title: string;
  readonly credit: string;
  /** Module of `@pmndrs/assets` whose default export is a data URL. */
  readonly module: string;
}

const CREDIT = 'Poly Haven, CC0, from @pmndrs/assets';

export const SAMPLES: readonly Sample[] = [
  {
    key: 'venice.exr',
    title: 'Venice from the water',
    credit: CREDIT,
    module: '@pmndrs/assets/hdri/venice.exr.js',
  },
  {
    key: 'sunset.exr',
    title: 'Piazzetta San Marco at sunset',
    credit: CREDIT,
    module: '@pmndrs/assets/hdri/sunset.exr.js',
  },
  { key: 'lab.exr', title: 'A laboratory', credit: CREDIT, module: '@pmndrs/assets/hdri/lab.exr.js' },
  {
    key: 'esplanade.exr',
    title: 'Royal esplanade',
    credit: CREDIT,
    module: '@pmndrs/assets/hdri/esplanade.exr.js',
  },
];

/** The sample's OpenEXR file. The module is read, not run: its only statement exports the data URL. */
export async function readSample(sample: Sample): Promise<Uint8Array<ArrayBuffer>> {
  const path = createRequire(import.meta.url).resolve(sample.module);
  const source = await readFile(path, 'utf8');
  const match = /^export default ['"`]data:[^,]*;base64,([A-Za-z0-9+/=]+)['"`]/.exec(source);
  if (match === null) throw new Error(`${sample.module} holds no picture.`);
  return new Uint8Array(Buffer.from(match[1]!, 'base64'));
}
