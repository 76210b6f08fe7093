import { encode } from '../../src/codec/encode.ts';
import { LayeredDecoder, type PqPicture } from '../../src/codec/layered-decoder.ts';
import type { HdrPicture } from '../../src/codec/picture.ts';
import { readLayer, readLayout } from '../../src/container/index.ts';
import { nodeJpegCoder } from '../../src/inference/jpeg-node.ts';
import { loadNetworks } from '../../src/inference/node.ts';

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

/** A layered file of the real model's, what Node decodes it to, and what it would be without its layers. */
export async function layeredFile(
  picture: HdrPicture,
  layers: number,
): Promise<{ file: Uint8Array; decoded: PqPicture; prediction: PqPicture }> {
  const networks = await loadNetworks({ modelsFolder: 'models', providers: ['cpu'], threads: 2 });
  try {
    const jpeg = nodeJpegCoder();
    const file = await encode(picture, { layers }, { networks, jpeg });
    const layout = readLayout(file);
    const decoder = await LayeredDecoder.create(file, { networks, jpeg });
    const prediction = await decoder.picture({ post: false });
    for (let k = 0; k < layers; k++) await decoder.addLayer(readLayer(file, layout, k));
    return { file, decoded: await decoder.picture(), prediction };
  } finally {
    await networks.release();
  }
}
