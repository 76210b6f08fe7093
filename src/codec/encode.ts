import { stripToBase, writeLayered } from '../container/index.ts';
import { makeBaseLayer, type BaseLayer } from './base-layer.ts';
import { checkEncodeOptions, checkPicture } from './encode-checks.ts';
import { codeLayers } from './families.ts';
import type { CodedLayer } from './layers.ts';
import { NO_MODEL } from './model-check.ts';
import type { Networks, TileGeometry } from './networks.ts';
import type { CodecParts, EncodeOptions } from './options.ts';
import { PRIMARIES, type HdrPicture } from './picture.ts';

export const DEFAULT_QUALITY = 80;
export const DEFAULT_LAYERS = 4;

/** Geometry that stands in the header of a file that no network had a part in. */
const NO_TILES: TileGeometry = { tile: 512, overlap: { encoder: 0, decoder: 0, post: 0 } };

/**
 * An HDR picture → the layered file: base JPEG, header, enhancement layers, and the gain-map part if one is asked for.
 *
 * @throws CodecError `invalid_option`, `sdr_size_mismatch`, `model_required`; ContainerError for a `baseJpeg` that is no
 *   whole JPEG; the signal's reason when aborted
 */
export async function encode(
  picture: HdrPicture,
  options: EncodeOptions,
  parts: CodecParts,
): Promise<Uint8Array> {
  const { quality = DEFAULT_QUALITY, layers: of = DEFAULT_LAYERS, signal, onProgress } = options;
  checkPicture(picture);
  checkEncodeOptions({ ...options, quality, layers: of }, parts);
  signal?.throwIfAborted();

  onProgress?.({ stage: 'base', layer: 0, of, fraction: 0 });
  const base = await makeBaseLayer(
    picture,
    {
      quality,
      sdrQuality: options.sdrQuality,
      tmo: options.tmo ?? 'mai',
      coding: parts.networks?.family === 'han2020' ? 'mozjpeg' : 'rate-optimised',
      baseJpeg: options.baseJpeg && stripToBase(options.baseJpeg),
      nitsPerUnit: options.nitsPerUnit,
      exposure: options.exposure,
    },
    parts.jpeg,
  );
  onProgress?.({ stage: 'base', layer: 0, of, fraction: 1 });

  const { networks } = parts;
  let layers: CodedLayer[] = [];
  if (networks !== null && of > 0) {
    const onLayer = (layer: number, fraction: number) =>
      onProgress?.({ stage: 'layer', layer, of, fraction });
    layers = await codeLayers(base, { layers: of, quality, signal, onProgress: onLayer }, networks);
  }
  signal?.throwIfAborted();
  const gainMap = await options.gainMap?.({ ...base, quality });
  return writeFile(base, layers, networks, gainMap);
}

function writeFile(
  base: BaseLayer,
  layers: CodedLayer[],
  networks: Networks | null,
  gainMap: Uint8Array | undefined,
): Uint8Array {
  const { tile, overlap } = networks?.model.geometry ?? NO_TILES;
  return writeLayered({
    base: base.jpeg,
    header: {
      modelId: networks?.model.id ?? NO_MODEL,
      modelDigest: networks?.model.digest ?? new Uint8Array(32),
      width: base.width,
      height: base.height,
      primaries: PRIMARIES.bt709,
      nitsPerUnit: base.nitsPerUnit,
      headroom: base.headroom,
      inverseToneCurve: base.inverseToneCurve,
      tile: { core: tile, ...overlap },
    },
    layers,
    gainMap,
  });
}
