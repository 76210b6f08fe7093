import { DecodeError } from '../error-report.ts';
import type { LayerState } from '../protocol.ts';
import type * as making from '../ultra-hdr/ultra-hdr-maker.ts';
import type { UltraHdrMaker } from '../ultra-hdr/ultra-hdr-maker.ts';
import { besideDecoder, decodeShared, jpegWasmUrl } from './shared-decoder.ts';

/** One worker makes the JPEGs of all elements; few browsers need it, so that its script is a file of its own. */
let maker: Promise<UltraHdrMaker> | undefined;

/** A picture, and an image that is ready to be shown; its `src` is an object URL, which is for the caller to revoke if it shows the image. */
export interface UltraHdrImage {
  readonly state: LayerState;
  readonly image: HTMLImageElement;
}

/** Decodes a file's layers to images that browsers show in HDR by themselves. Throws as `Decoder.decode`, and EncodingError. */
export async function* ultraHdrImages(
  chunks: () => AsyncIterable<Uint8Array>,
  signal: AbortSignal,
): AsyncGenerator<UltraHdrImage, void, void> {
  let base = new Blob();
  let headroom = 0;
  for await (const state of decodeShared(chunks, { signal, output: 'pq', pictures: 'newest' })) {
    signal.throwIfAborted();
    if (state.type === 'base') base = state.jpeg;
    else if (state.type === 'header') headroom = state.headroom;
    else if (state.type === 'layer' && state.picture.encoding === 'pq') {
      const jpeg = await (await sharedMaker()).make(base, state.picture, headroom);
      signal.throwIfAborted();
      const image = new Image();
      image.src = URL.createObjectURL(jpeg);
      try {
        await image.decode();
        yield { state, image };
      } finally {
        if (!image.isConnected) URL.revokeObjectURL(image.src);
      }
    }
  }
}

function sharedMaker(): Promise<UltraHdrMaker> {
  if (maker !== undefined) return maker;
  maker = startMaker();
  maker.catch(() => {
    maker = undefined;
  });
  return maker;
}

async function startMaker(): Promise<UltraHdrMaker> {
  const script = besideDecoder('ultra-hdr-maker.js').href;
  const { UltraHdrMaker } = await (import(/* @vite-ignore */ script) as Promise<typeof making>).catch(() => {
    throw new DecodeError({ code: 'worker_failed', message: `${script} cannot be loaded.` });
  });
  return new UltraHdrMaker({ workerUrl: besideDecoder('ultra-hdr-worker.js'), jpegWasmUrl: jpegWasmUrl() });
}
