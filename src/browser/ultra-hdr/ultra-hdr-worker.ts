import { wasmJpegDecoder } from '../../inference/jpeg-web.ts';
import { errorReport } from '../error-report.ts';
import type { MakeRequest, MakeResponse } from './protocol.ts';
import { ultraHdrJpeg } from './ultra-hdr-jpeg.ts';

/** The module worker that makes Ultra HDR JPEGs: `protocol.ts` says what it is told and what it answers. */

type JpegDecoder = Awaited<ReturnType<typeof wasmJpegDecoder>>;
/** By URL; one that could not be loaded is forgotten, so that the next picture tries again. */
const decoders = new Map<string, Promise<JpegDecoder>>();

self.addEventListener('message', ({ data }: MessageEvent<MakeRequest>) => {
  void make(data).then((response) => {
    self.postMessage(response);
  });
});

async function make({ id, base, picture, headroom, jpegWasmUrl }: MakeRequest): Promise<MakeResponse> {
  try {
    const bytes = new Uint8Array(await base.arrayBuffer());
    const jpeg = await ultraHdrJpeg(bytes, picture, headroom, await jpegDecoder(jpegWasmUrl));
    return { id, type: 'made', jpeg: new Blob([jpeg], { type: 'image/jpeg' }) };
  } catch (error) {
    return { id, ...errorReport(error) };
  }
}

function jpegDecoder(wasm: string): Promise<JpegDecoder> {
  let decoder = decoders.get(wasm);
  if (decoder === undefined) {
    decoder = wasmJpegDecoder({ wasm });
    decoder.catch(() => decoders.delete(wasm));
    decoders.set(wasm, decoder);
  }
  return decoder;
}
