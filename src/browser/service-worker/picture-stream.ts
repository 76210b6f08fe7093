import { ContainerError, type LayeredLayout } from '../../container/index.ts';
import { readParts } from '../file-stream.ts';
import { announcingBase, mapOf } from '../ultra-hdr/assemble.ts';

/** More than a map takes: photographs' have 1.4 to 2.1 bytes a pixel, that of white noise 3.1. */
const MAP_BYTES_PER_PIXEL = 4;
const METADATA_BYTES = 4096;

export interface PictureStreamOptions {
  /** Makes an Ultra HDR JPEG of a layered file, from which layers may be missing. */
  readonly make: (file: Blob) => Promise<Blob>;
  /** Told of what was made of a file that is whole. */
  readonly onMade: (jpeg: Blob) => void;
}

/**
 * The bytes of an Ultra HDR JPEG, from those of a layered file while they arrive: the base as soon as it is there, announcing a map
 * whose size is not known yet; then the map, and zeros up to what was announced. A file that is none of ours is passed on as it is.
 * What goes wrong behind the base ends the picture there; what goes wrong within it is passed on.
 */
export async function* pictureStream(
  chunks: AsyncIterable<Uint8Array<ArrayBuffer>>,
  { make, onMade }: PictureStreamOptions,
): AsyncGenerator<Uint8Array<ArrayBuffer>, void, void> {
  const source = chunks[Symbol.asyncIterator]();
  const file: Uint8Array<ArrayBuffer>[] = [];
  let base: Uint8Array<ArrayBuffer> | undefined;
  let layout: LayeredLayout | undefined;
  let layers = 0;
  try {
    for await (const part of readParts(recorded(source, file))) {
      if (part.kind === 'base') base = part.jpeg;
      else if (part.kind === 'layer') layers++;
      else {
        layout = part.layout;
        yield announcingBase(base!, room(layout));
      }
    }
  } catch (error) {
    if (base === undefined && !(error instanceof ContainerError)) {
      yield* file;
      throw error;
    }
  }
  if (layout === undefined) {
    // No file of ours, but perhaps another picture that the browser shows.
    yield* file;
    yield* { [Symbol.asyncIterator]: () => source };
    return;
  }
  await source.return?.();
  if (layers === 0) return;
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

/** Whoever stops reading this does not stop the source. */
function recorded<T>(source: AsyncIterator<T>, into: T[]): AsyncIterable<T> {
  return {
    [Symbol.asyncIterator]: () => ({
      async next() {
        const next = await source.next();
        if (next.done !== true) into.push(next.value);
        return next;
      },
    }),
  };
}
