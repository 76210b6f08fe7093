import { DecodeError } from '../error-report.ts';
import { Decoder, type DecodeOptions, type DecoderOptions } from '../decoder.ts';
import type { DecodeState } from '../protocol.ts';

/** Milliseconds after which a worker that nobody needs gives its memory back. */
const IDLE = 15_000;

let options: DecoderOptions = {};
let decoder: Decoder | undefined;
let users = 0;
let idle: ReturnType<typeof setTimeout> | undefined;
/** Set when WebGPU failed while it computed, as a device that is lost does: from then on wasm computes. */
let withoutGpu = false;

/** Says where every `<hdr-image>` of the page finds the decoder: before the first one, since it ends what is being decoded. */
export function configureDecoder(to: DecoderOptions): void {
  options = to;
  withoutGpu = false;
  closeDecoder();
}

/** Where a file is that lies beside the decoder's worker. */
export function besideDecoder(name: string): URL {
  return new URL(name, new URL(options.workerUrl ?? import.meta.url, location.href));
}

export function jpegWasmUrl(): string | URL | undefined {
  return options.assets?.jpegWasmUrl;
}

/**
 * Decodes in the one worker that all elements share. What fails for no fault of the file's is tried once more, in a new
 * worker and without WebGPU. Throws as `Decoder.decode`.
 */
export async function* decodeShared(
  chunks: () => AsyncIterable<Uint8Array>,
  settings: DecodeOptions,
): AsyncGenerator<DecodeState, void, void> {
  users++;
  clearTimeout(idle);
  try {
    const first = current();
    try {
      yield* first.decode(chunks(), settings);
    } catch (error) {
      if (!(error instanceof DecodeError) || error.code !== 'internal_error' || withoutGpu) throw error;
      withoutGpu = true;
      if (decoder === first) closeDecoder();
      yield* current().decode(chunks(), settings);
    }
  } catch (error) {
    // A worker that has failed fails whoever asks it again.
    if (error instanceof DecodeError && error.code === 'worker_failed') closeDecoder();
    throw error;
  } finally {
    users--;
    if (users === 0) idle = setTimeout(closeDecoder, IDLE);
  }
}

function current(): Decoder {
  decoder ??= new Decoder(withoutGpu ? { ...options, executionProviders: ['wasm'] } : options);
  return decoder;
}

/** Ends the worker, which fails what it is decoding; the next picture starts another. */
export function closeDecoder(): void {
  decoder?.close();
  decoder = undefined;
}
