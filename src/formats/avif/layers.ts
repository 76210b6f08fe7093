import { FormatError } from '../errors.ts';
import { BoxReader } from './boxes.ts';
import type { Item, Items } from './items.ts';

/** `lsel` of an item that shows all layers, each as it comes (ISO/IEC 23008-12). */
const ALL_LAYERS = 0xffff;
/** libheif's words. */
const TOO_LARGE = /exceeds the maximum image size|does not have the size signaled/;

/**
 * What to say of a picture that could not be decoded. Of one in layers libheif shows the largest layer, whichever the file asks for
 * (`a1op` of AVIF, `lsel` of HEIF), and refuses it where the picture is smaller: the file is sound.
 */
export function withLayersNamed(error: unknown, file: Uint8Array, { primary, byId }: Items): unknown {
  if (!(error instanceof FormatError) || !TOO_LARGE.test(error.message)) return error;
  const item = byId.get(primary)!;
  const tiles = item.derivedFrom.flatMap((id) => byId.get(id) ?? []);
  if (![item, ...tiles].some((one) => asksForLayer(file, one))) return error;
  return new FormatError(
    'unsupported_feature',
    'this AVIF shows a smaller one of its layers, which is not read; save the picture as AVIF of one layer',
    { cause: error },
  );
}

function asksForLayer(file: Uint8Array, { properties }: Item): boolean {
  return properties.some((box) => {
    if (box.type === 'a1op') return new BoxReader(file, box).uint(1) !== 0;
    return box.type === 'lsel' && new BoxReader(file, box).uint(2) !== ALL_LAYERS;
  });
}
