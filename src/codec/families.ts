import type { LayeredHeader } from '../container/index.ts';
import type { BaseLayer } from './base-layer.ts';
import { BaseDecoder } from './base-decoder.ts';
import type { FamilyDecoder, FamilyInput } from './family.ts';
import { codeGlowLayers, createGlowDecoder } from './glow2026/index.ts';
import { codeHanLayers, createHanDecoder } from './han2020/index.ts';
import type { CodedLayer, LayerOptions } from './layers.ts';
import type { Networks } from './networks.ts';

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
      return codeGlowLayers(base, options, networks);
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
      return createGlowDecoder(input, header, networks);
  }
}
