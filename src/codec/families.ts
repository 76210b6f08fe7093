import type { LayeredHeader } from '../container/index.ts';
import type { BaseLayer } from './base-layer.ts';
import { BaseDecoder } from './base-decoder.ts';
import { CodecError } from './errors.ts';
import type { FamilyDecoder, FamilyInput } from './family.ts';
import { codeHanLayers, createHanDecoder } from './han2020/index.ts';
import type { CodedLayer, LayerOptions } from './layers.ts';
import type { Glow2026Networks, Networks } from './networks.ts';

// The one place where model families part.

/** Codes what the base lacks. The base's planes may be used up: `reference` and `prediction` are of no more use after it. */
export function codeLayers(
  base: BaseLayer,
  options: LayerOptions,
  networks: Networks,
): Promise<CodedLayer[]> {
  switch (networks.family) {
    case 'han2020':
      return codeHanLayers(base, options, networks);
    case 'glow2026':
      return Promise.reject(uncoded(networks));
  }
}

/**
 * The decoder of a file whose model is that of the networks; of the base alone where they are null.
 *
 * @throws CodecError `unreasonable_tiles`
 */
export async function createFamilyDecoder(
  input: FamilyInput,
  header: LayeredHeader,
  networks: Networks | null,
): Promise<FamilyDecoder> {
  if (networks === null) return new BaseDecoder(input, header.modelId);
  switch (networks.family) {
    case 'han2020':
      return createHanDecoder(input, header, networks);
    case 'glow2026':
      return Promise.reject(uncoded(networks));
  }
}

function uncoded({ family, model }: Glow2026Networks): CodecError {
  return new CodecError(
    'model_mismatch',
    `There is no code yet for ${model.id}, a model of the family ${family}.`,
  );
}
