import type { LayeredHeader } from '../container/index.ts';
import { CodecError } from './errors.ts';
import type { ModelDescription, TileGeometry } from './networks.ts';

/** The model id of a file that no model had a part in: it has no layers. */
export const NO_MODEL = 'none';

/** Throws CodecError `model_mismatch` unless the model is the one that the file's layers were made with. */
export function checkModel(header: LayeredHeader, model: ModelDescription): void {
  const { modelId, modelDigest } = header;
  if (modelId !== model.id) {
    throw new CodecError('model_mismatch', `The file was made with model ${modelId}, not ${model.id}.`);
  }
  if (modelDigest.length !== model.digest.length || modelDigest.some((byte, i) => byte !== model.digest[i])) {
    throw new CodecError('model_mismatch', `The file was made with another version of model ${modelId}.`);
  }
}

/**
 * Sides and halos of tiles as the encoder had them. A file cannot ask for tiles that take much more memory or time than the model's own:
 * CodecError `unreasonable_tiles`.
 */
export function fileGeometry(header: LayeredHeader, model: ModelDescription): TileGeometry {
  const { core: tile, encoder, decoder, post } = header.tile;
  const overlap = model.family === 'glow2026' ? { encoder: 0, decoder: 0, post } : { encoder, decoder, post };
  const geometry = { tile, overlap };
  const [asked, usual] = [cost(geometry), cost(model.geometry)];
  if (asked.side > 2 * usual.side || asked.work > 4 * usual.work) {
    throw new CodecError(
      'unreasonable_tiles',
      `The file asks for tiles of ${tile} pixels with halos of ${overlap.decoder} and ${post}.`,
    );
  }
  return geometry;
}

/** The largest side of a region, and the pixels that are looked at for one of the picture. */
function cost({ tile, overlap }: TileGeometry): { side: number; work: number } {
  const side = tile + 2 * Math.max(overlap.decoder, overlap.post);
  return { side, work: (side / tile) ** 2 };
}
