import { encode } from '../../src/codec/encode.ts';
import { LayeredDecoder, type PqPicture } from '../../src/codec/layered-decoder.ts';
import type { EncodeOptions } from '../../src/codec/options.ts';
import type { HdrPicture } from '../../src/codec/picture.ts';
import { turn, turningBack } from '../../src/codec/turn.ts';
import { readLayer, readLayout, stripToBase } from '../../src/container/index.ts';
import { gainMapMaker } from '../../src/gain-map/index.ts';
import { nodeJpegCoder } from '../../src/inference/jpeg-node.ts';
import { loadNetworks } from '../../src/inference/node.ts';
import { turnedJpeg } from '../unit/container/jpegs.ts';

/** A sky with a sun of 20,000 cd/m² over hills with grain: what SDR clips, and detail for the layers to code. */
export function sunset(width: number, height: number): HdrPicture {
  const data = new Float32Array(width * height * 3);
  let state = 7;
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
      const grain = 0.8 + (0.4 * state) / 2 ** 32;
      const [u, v] = [x / width, y / height];
      const hill = v > 0.62 + 0.08 * Math.sin(9 * u) + 0.03 * Math.sin(31 * u);
      const toSun = Math.hypot((u - 0.65) * (width / height), v - 0.5);
      const glow = 40 * Math.exp(-6 * toSun) + (toSun < 0.045 ? 20_000 / 203 : 0);
      const at = 3 * (y * width + x);
      data[at] = hill ? 0.05 * grain : 0.25 + glow;
      data[at + 1] = hill ? 0.07 * grain : 0.3 + 0.6 * glow;
      data[at + 2] = hill ? 0.03 * grain : 0.6 - 0.4 * v + 0.25 * glow;
    }
  }
  return { width, height, data, primaries: 'bt709', nitsPerUnit: 203 };
}

/**
 * A layered file of the real model's, what Node decodes it to, and what it would be without its layers. With an orientation, its base
 * is one that Exif turns to be the picture, and it has a gain map.
 */
export async function layeredFile(
  picture: HdrPicture,
  layers: number,
  orientation?: number,
): Promise<{ file: Uint8Array; decoded: PqPicture; prediction: PqPicture }> {
  const networks = await loadNetworks({ modelsFolder: 'models', providers: ['cpu'], threads: 2 });
  try {
    const jpeg = nodeJpegCoder();
    const file = await encode(picture, { layers, ...(await turnedOptions()) }, { networks, jpeg });
    const layout = readLayout(file);
    const decoder = await LayeredDecoder.create(file, { networks, jpeg });
    const prediction = await decoder.picture({ post: false });
    for (let k = 0; k < layers; k++) await decoder.addLayer(readLayer(file, layout, k));
    return { file, decoded: await decoder.picture(), prediction };
  } finally {
    await networks.release();
  }

  async function turnedOptions(): Promise<EncodeOptions> {
    if (orientation === undefined) return {};
    const jpeg = nodeJpegCoder();
    const stored = turn(picture, turningBack(orientation));
    const base = stripToBase(await encode(stored, { layers: 0 }, { networks: null, jpeg }));
    return { baseJpeg: turnedJpeg(base, orientation), gainMap: gainMapMaker(jpeg) };
  }
}
