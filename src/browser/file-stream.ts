import {
  ContainerError,
  findEndOfImage,
  readLayer,
  readLayout,
  type LayeredLayout,
} from '../container/index.ts';

/** A part of a layered file, told as soon as its last byte has arrived. */
export type FilePart =
  /** The base JPEG, to its end-of-image marker. */
  | { readonly kind: 'base'; readonly jpeg: Uint8Array<ArrayBuffer> }
  /** The header; `prefix` is the file up to its end. */
  | { readonly kind: 'header'; readonly prefix: Uint8Array<ArrayBuffer>; readonly layout: LayeredLayout }
  /** Layer k, counted from 0; its checksum is right. */
  | { readonly kind: 'layer'; readonly k: number; readonly data: Uint8Array };

/**
 * Finds the parts of a file while it arrives. A file that ends early gives the parts that are whole, if the base is.
 *
 * @param maxLayers stop reading after so many
 * @throws ContainerError, for what the container refuses
 */
export async function* readParts(
  chunks: AsyncIterable<Uint8Array>,
  maxLayers = Infinity,
): AsyncGenerator<FilePart, void, void> {
  const file = new Arrivals(chunks);
  try {
    const baseEnd = await arrivalOfBase(file);
    yield { kind: 'base', jpeg: file.bytes.slice(0, baseEnd) };

    const layout = await arrivalOfHeader(file);
    if (layout === null) return;
    const { headerBox, layers } = layout;
    yield { kind: 'header', prefix: file.bytes.slice(0, headerBox.offset + headerBox.length), layout };

    for (const [k, { offset, length }] of layers.entries()) {
      if (k >= maxLayers) return;
      while (file.bytes.length < offset + length) if (!(await file.more())) return;
      yield { kind: 'layer', k, data: readLayer(file.bytes, layout, k) };
    }
  } finally {
    await file.stop();
  }
}

/** The base's length. Walking the base costs its length, so that it is tried only when its end may have come. */
async function arrivalOfBase(file: Arrivals): Promise<number> {
  for (;;) {
    const seen = file.bytes.length;
    const more = await file.more();
    if (more && !hasEndOfImage(file.bytes, seen)) continue;
    try {
      return findEndOfImage(file.bytes);
    } catch (error) {
      if (!(more && error instanceof ContainerError && error.code === 'truncated_jpeg')) throw error;
    }
  }
}

/** The layout of a file whose base is there; null if no header of ours follows it. */
async function arrivalOfHeader(file: Arrivals): Promise<LayeredLayout | null> {
  for (;;) {
    const layout = readLayout(file.bytes);
    if (layout.kind === 'layered') return layout;
    if (layout.trailing > 0 || !(await file.more())) return null;
  }
}

/** FF D9 within what is new, or across its beginning. */
function hasEndOfImage(bytes: Uint8Array, seen: number): boolean {
  for (let at = bytes.indexOf(0xd9, seen); at > 0; at = bytes.indexOf(0xd9, at + 1)) {
    if (bytes[at - 1] === 0xff) return true;
  }
  return false;
}

/** The bytes that have arrived; `bytes` is a view that later arrivals may leave behind. */
class Arrivals {
  readonly #chunks: AsyncIterator<Uint8Array>;
  #memory = new Uint8Array(1 << 16);
  #length = 0;

  constructor(chunks: AsyncIterable<Uint8Array>) {
    this.#chunks = chunks[Symbol.asyncIterator]();
  }

  get bytes(): Uint8Array<ArrayBuffer> {
    return this.#memory.subarray(0, this.#length);
  }

  /** Waits for the next chunk; false if there is none. */
  async more(): Promise<boolean> {
    const next = await this.#chunks.next();
    if (next.done === true) return false;
    const chunk = next.value;
    const length = this.#length + chunk.length;
    if (length > this.#memory.length) {
      const memory = new Uint8Array(Math.max(length, 2 * this.#memory.length));
      memory.set(this.bytes);
      this.#memory = memory;
    }
    this.#memory.set(chunk, this.#length);
    this.#length = length;
    return true;
  }

  async stop(): Promise<void> {
    await this.#chunks.return?.();
  }
}
