import { readLayer, readLayout } from '../container/index.ts';
import { CodecError } from './errors.ts';
import { LayeredDecoder } from './layered-decoder.ts';
import type { DecodeParts, DecodeOptions } from './options.ts';
import type { HdrPicture } from './picture.ts';
import { linearFromPq, PQ_PEAK } from './pq.ts';
import { sdrLight } from './sdr-light.ts';
import { turn } from './turn.ts';

export { LayeredDecoder, type PqPicture } from './layered-decoder.ts';

const MAX_FLOAT32 = 3.4028234663852886e38;

/**
 * A layered file, or any prefix of one that reaches its base's end → the HDR picture, in the units and scale of what was
 * encoded, turned as the base's Exif has it. Layers that are cut are left out; a file without a header is its SDR picture, with 1.0 at 203 cd/m².
 * The networks may be null where no layer is decoded; the picture is then not post-processed.
 *
 * @throws ContainerError for damage; CodecError `model_mismatch`, `model_required`, `base_size_mismatch`,
 *   `unreasonable_tiles`, `unreasonable_scale`; what the JPEG coder throws; the signal's reason when aborted
 */
export async function decode(
  file: Uint8Array,
  options: DecodeOptions,
  parts: DecodeParts,
): Promise<HdrPicture> {
  const { layers = Infinity, post = true, signal } = options;
  const layout = readLayout(file);
  if (layout.kind === 'sdr') {
    const sdr = await parts.jpeg.decode(file.subarray(0, layout.base.length));
    return turn(sdrLight(sdr), layout.orientation);
  }

  const { nitsPerUnit } = layout.header;
  if (PQ_PEAK / nitsPerUnit > MAX_FLOAT32) {
    throw new CodecError(
      'unreasonable_scale',
      `At ${nitsPerUnit} cd/m² per unit no float holds the picture.`,
    );
  }
  const decoder = await LayeredDecoder.create(file, parts);
  for (const [k, layer] of layout.layers.entries()) {
    if (k >= layers || !layer.complete) break;
    await decoder.addLayer(readLayer(file, layout, k), signal);
  }
  const picture = await decoder.picture({ post, ...(signal === undefined ? {} : { signal }) });
  return { ...picture, data: linearFromPq(picture.data, nitsPerUnit), nitsPerUnit };
}
