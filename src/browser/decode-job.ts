import type { JpegCoder } from '../codec/jpeg-coder.ts';
import { LayeredDecoder } from '../codec/layered-decoder.ts';
import { shownSize, type LayeredHeader, type LayeredLayout } from '../container/index.ts';
import type { RemoteNetworks } from './network/remote-networks.ts';
import type { OpenedSource } from './fetch-source.ts';
import { readParts } from './file-stream.ts';
import { lookingAhead } from './look-ahead.ts';
import { nextTask } from './next-task.ts';
import { outputPicture } from './output-picture.ts';
import type { Rect } from '../codec/planes.ts';
import type { DecodeState, PictureOptions } from './protocol.ts';

/** What decoding layers needs; loaded when a file has some. */
export interface LoadedParts {
  /** Null for a file that no model had a part in. */
  readonly networks: RemoteNetworks | null;
  readonly jpeg: Pick<JpegCoder, 'decode'>;
}

export interface JobContext {
  readonly signal: AbortSignal;
  readonly loadParts: (header: LayeredHeader) => Promise<LoadedParts>;
  /** Waits until no other job decodes; what it answers lets the next one. */
  readonly takeTurn: () => Promise<() => void>;
  /** What is looked at, as far as anyone has said by now. */
  readonly focus: () => Promise<Rect | null>;
  readonly report: (state: DecodeState) => void;
}

/**
 * Decodes what was opened: reports the base as soon as it is there, then the header, pictures of the layers, the final
 * one, and `done`. Throws what has a `code`: SourceError, ContainerError, CodecError, ModelError, JpegError; or the
 * signal's reason.
 */
export async function runJob(
  { chunks, pending }: OpenedSource,
  options: PictureOptions,
  context: JobContext,
): Promise<void> {
  const { signal, report } = context;
  let decoding: Decoding | null = null;
  try {
    for await (const { part, nextIsHere } of lookingAhead(readParts(chunks, options.layers))) {
      signal.throwIfAborted();
      if (part.kind === 'base') report({ type: 'base', jpeg: new Blob([part.jpeg], { type: 'image/jpeg' }) });
      else if (part.kind === 'header') {
        report(headerState(part.layout));
        decoding = await Decoding.begin(part.prefix, part.layout, options, context);
        decoding.restore();
      } else await decoding!.add(part.data, nextIsHere);
    }
    signal.throwIfAborted();
    await decoding?.finish();
    report({
      type: 'done',
      layers: decoding?.layers ?? 0,
      pending,
      provider: decoding?.provider ?? null,
    });
  } finally {
    decoding?.end();
  }
}

function headerState(layout: LayeredLayout): DecodeState {
  const { header } = layout;
  return {
    type: 'header',
    ...shownSize(layout),
    headroom: header.headroom,
    model: header.modelId,
    layers: header.layers.map(({ bytes }) => bytes),
  };
}

/** A file's layers on their way to pictures; holds the worker's turn from `begin` to `end`. */
class Decoding {
  readonly #decoder: LayeredDecoder;
  readonly #of: number;
  readonly #options: PictureOptions;
  readonly #context: JobContext;
  #restored: Promise<void> = Promise.resolve();
  readonly provider: string | null;
  readonly end: () => void;

  private constructor(
    decoder: LayeredDecoder,
    of: number,
    provider: string | null,
    options: PictureOptions,
    context: JobContext,
    end: () => void,
  ) {
    this.#decoder = decoder;
    this.#of = of;
    this.#options = options;
    this.#context = context;
    this.provider = provider;
    this.end = end;
  }

  static async begin(
    prefix: Uint8Array,
    { header }: LayeredLayout,
    options: PictureOptions,
    context: JobContext,
  ): Promise<Decoding> {
    const end = await context.takeTurn();
    try {
      context.signal.throwIfAborted();
      const parts = await context.loadParts(header);
      const decoder = await LayeredDecoder.create(prefix, parts);
      return new Decoding(
        decoder,
        header.layers.length,
        parts.networks?.provider ?? null,
        options,
        context,
        end,
      );
    } catch (error) {
      end();
      throw error;
    }
  }

  get layers(): number {
    return this.#decoder.layers;
  }

  /** Begins while the layers are still arriving, and goes on beside their arithmetic decoding. */
  restore(): void {
    const { signal, focus, report } = this.#context;
    const { tiles, output, layers, post } = this.#options;
    if (layers === 0 && post === false) return;
    const { width, height } = this.#decoder.size;
    this.#restored = this.#decoder.restore({
      signal,
      focus,
      onTile: ({ x, y, picture }) => {
        if (tiles) report({ type: 'tile', x, y, width, height, picture: outputPicture(picture, output) });
      },
    });
    // The first picture is told of it; until then nobody is.
    this.#restored.catch(() => undefined);
  }

  async add(layer: Uint8Array, nextIsHere: () => Promise<boolean>): Promise<void> {
    // Tiles that are restored by now are told of, and the next ones asked for.
    await nextTask();
    await this.#decoder.addLayer(layer, this.#context.signal);
    if (this.#isLast && !this.#postProcesses) return;
    if (this.#options.pictures === 'newest' && (await nextIsHere())) return;
    await this.#show(false, false);
  }

  async finish(): Promise<void> {
    await this.#show(this.#options.post ?? true, true);
  }

  /** Whether the picture is the final one, but for post-processing. */
  get #isLast(): boolean {
    return this.layers === Math.min(this.#of, this.#options.layers ?? Infinity);
  }

  get #postProcesses(): boolean {
    return this.#decoder.postProcesses && (this.#options.post ?? true);
  }

  async #show(post: boolean, final: boolean): Promise<void> {
    const { signal } = this.#context;
    await this.#restored;
    const pq = await this.#decoder.picture({ post, signal });
    signal.throwIfAborted();
    const picture = outputPicture(pq, this.#options.output);
    this.#context.report({ type: 'layer', layer: this.layers, of: this.#of, final, picture });
  }
}
