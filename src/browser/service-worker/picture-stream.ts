import type { LayeredLayout } from '../../container/index.ts';
import { readParts } from '../file-stream.ts';
import { announcingBase, mapOf } from '../ultra-hdr/assemble.ts';

/** The most that a map with its metadata takes; it has been measured at 0.3 to 1.2 bytes a pixel. */
const MAP_BYTES_PER_PIXEL = 2;
const METADATA_BYTES = 4096;

export interface PictureStreamOptions {
  /** Makes an Ultra HDR JPEG of a layered file, from which layers may be missing. */
  readonly make: (file: Blob) => Promise<Blob>;
  /** Told of what was made of a file that is whole. */
  readonly onMade: (jpeg: Blob) => void;
}

/**
 * The bytes of an Ultra HDR JPEG, from those of a layered file while they arrive: the base as soon as it is there, announcing a map
 * whose size is not known yet; then the map, and zeros up to what was announced. Where there are no layers, and no header that says
 * so, the file as it is. What goes wrong behind the base ends the picture there; what goes wrong within it is passed on.
 */
export async function* pictureStream(
  chunks: AsyncIterable<Uint8Array<ArrayBuffer>>,
  { make, onMade }: PictureStreamOptions,
): AsyncGenerator<Uint8Array<ArrayBuffer>, void, void> {
  const file: Uint8Array<ArrayBuffer>[] = [];
  let base: Uint8Array<ArrayBuffer> | undefined;
  let layout: LayeredLayout | undefined;
  let layers = 0;
  try {
    for await (const part of readParts(recorded(chunks, file))) {
      if (part.kind === 'base') base = part.jpeg;
      else if (part.kind === 'layer') layers++;
      else {
        layout = part.layout;
        yield announcingBase(base!, room(layout));
      }
    }
  } catch (error) {
    if (base === undefined) {
      yield* file;
      throw error;
    }
  }
  if (base !== undefined && layout === undefined) yield base;
  if (layout === undefined || layers === 0) return;
  const jpeg = await make(new Blob(file)).catch(() => null);
  if (jpeg === null) return;
  if (layers === layout.header.layers.length) onMade(jpeg);
  const map = mapOf(new Uint8Array(await jpeg.arrayBuffer()));
  const rest = room(layout) - map.length;
  if (rest < 0) return;
  yield map;
  yield new Uint8Array(rest);
}

function room({ header }: LayeredLayout): number {
  return MAP_BYTES_PER_PIXEL * header.width * header.height + METADATA_BYTES;
}

async function* recorded<T>(chunks: AsyncIterable<T>, into: T[]): AsyncGenerator<T, void, void> {
  for await (const chunk of chunks) {
    into.push(chunk);
    yield chunk;
  }
}
