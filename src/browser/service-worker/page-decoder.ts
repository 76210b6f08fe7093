import { errorReport } from '../error-report.ts';
import { decodeShared } from '../element/shared-decoder.ts';
import type { PqOutput } from '../protocol.ts';
import type { UltraHdrMaker } from '../ultra-hdr/ultra-hdr-maker.ts';
import { PULSE, type DecodeAnswer, type DecodeMessage } from './protocol.ts';

/**
 * Decodes what the service worker sends, in the page's decoder worker, and answers with Ultra HDR JPEGs. The page's own thread
 * passes messages on and nothing else. Answers the function that ends it.
 */
export function decodeForServiceWorker(maker: UltraHdrMaker): () => void {
  const listen = ({ data, ports }: MessageEvent<Partial<DecodeMessage> | null>): void => {
    const [port] = ports;
    if (data?.type === 'afterglow-decode' && data.file !== undefined && port !== undefined) {
      void serve(data.file, port, maker);
    }
  };
  const { serviceWorker } = navigator;
  serviceWorker.addEventListener('message', listen);
  // Until the document is parsed messages wait for this.
  serviceWorker.startMessages();
  return () => {
    serviceWorker.removeEventListener('message', listen);
    maker.close();
  };
}

async function serve(file: Blob, port: MessagePort, maker: UltraHdrMaker): Promise<void> {
  const given = new AbortController();
  // The one thing that the service worker says on this port is that it does not wait any more.
  port.onmessage = () => {
    given.abort();
  };
  const say = (answer: DecodeAnswer): void => {
    port.postMessage(answer);
  };
  say({ type: 'working' });
  const pulse = setInterval(say, PULSE, { type: 'working' });
  try {
    say({ type: 'made', jpeg: await ultraHdrOf(file, maker, given.signal) });
  } catch (error) {
    say({ type: 'failed', code: errorReport(error).code });
  } finally {
    clearInterval(pulse);
    port.onmessage = null;
  }
}

/** Throws DecodeError, or the signal's reason. */
async function ultraHdrOf(file: Blob, maker: UltraHdrMaker, signal: AbortSignal): Promise<Blob> {
  const bytes = new Uint8Array(await file.arrayBuffer());
  let base: Blob | undefined;
  let headroom = 0;
  let picture: PqOutput | undefined;
  const states = decodeShared(() => once(bytes), { output: 'pq', pictures: 'newest', signal });
  for await (const state of states) {
    if (state.type === 'base') base = state.jpeg;
    else if (state.type === 'header') headroom = state.headroom;
    else if (state.type === 'layer' && state.picture.encoding === 'pq') picture = state.picture;
  }
  if (base === undefined || picture === undefined) throw new Error('The file has no layers.');
  return maker.make(base, picture, headroom);
}

async function* once(bytes: Uint8Array): AsyncGenerator<Uint8Array, void, void> {
  yield await Promise.resolve(bytes);
}
