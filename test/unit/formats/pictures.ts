import { readFileSync } from 'node:fs';
import {
  EXRExporter,
  NO_COMPRESSION,
  type ZIP_COMPRESSION,
} from 'three/examples/jsm/exporters/EXRExporter.js';
import { DataTexture, FloatType, RGBAFormat } from 'three';
import type { HdrPicture } from '../../../src/codec/picture.ts';

export const fixture = (name: string): Uint8Array =>
  readFileSync(new URL(`fixtures/${name}`, import.meta.url));

export function picture(
  width: number,
  height: number,
  sample: (x: number, y: number, c: number) => number,
): HdrPicture {
  const data = new Float32Array(width * height * 3);
  for (let i = 0; i < data.length; i++) {
    const pixel = Math.floor(i / 3);
    data[i] = sample(pixel % width, Math.floor(pixel / width), i % 3);
  }
  return { width, height, data, primaries: 'bt709', nitsPerUnit: null };
}

/** What the fixtures show: see their README. */
export const FIXTURE = { width: 19, height: 37 } as const;
export function fixtureSample(x: number, y: number, c: number): number {
  if (c === 0) return 2 ** (x / 4 - 2);
  return c === 1 ? 0.05 + y / 8 : ((x + 1) * (y + 1)) / 64;
}

/** An OpenEXR file by three's exporter, which nothing under test has part in. */
export async function threeExr(
  { width, height, data }: HdrPicture,
  compression: typeof ZIP_COMPRESSION | typeof NO_COMPRESSION = NO_COMPRESSION,
): Promise<Uint8Array> {
  // The exporter takes the bottom row first, as textures do.
  const rgba = new Float32Array(width * height * 4).fill(1);
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++)
      rgba.set(
        data.subarray((y * width + x) * 3, (y * width + x) * 3 + 3),
        ((height - 1 - y) * width + x) * 4,
      );
  const texture = new DataTexture(rgba, width, height, RGBAFormat, FloatType);
  return new EXRExporter().parse(texture, { type: FloatType, compression });
}

/** The package's panorama, as its OpenEXR file. */
export async function panorama(name: 'venice' | 'sunset' | 'lab' | 'esplanade'): Promise<Uint8Array> {
  const { default: url } = (await import(`@pmndrs/assets/hdri/${name}.exr.js`)) as { default: string };
  return Buffer.from(url.slice(url.indexOf(',') + 1), 'base64');
}
