import { errorReport } from '../error-report.ts';
import { closeDecoder, decodeShared } from '../element/shared-decoder.ts';
import type { PqOutput } from '../protocol.ts';
import type { UltraHdrMaker } from '../ultra-hdr/ultra-hdr-maker.ts';
import { Turns } from '../turns.ts';
import { PULSE, type DecodeAnswer, type DecodeMessage } from './protocol.ts';

export interface PageDecoderOptions {
  readonly maker: UltraHdrMaker;
  /** Milliseconds that a picture may take to be decoded when it is its turn; then the worker is taken for dead, and replaced. */
  readonly patience: number;
  /** Ends it, and the workers with it. */
  readonly signal: AbortSignal;
}

const turns = new Turns();

/**
 * Decodes what the service worker sends, in the page's decoder worker, and answers with Ultra HDR JPEGs. The page's own thread
 * passes messages on and nothing else.
 */
export function decodeForServiceWorker(options: PageDecoderOptions): void {
  const listen = ({ data, ports }: MessageEvent<Partial<DecodeMessage> | null>): void => {
    const [port] = ports;
    if (data?.type === 'afterglow-decode' && data.file !== undefined && port !== undefined) {
      void serve(data.file, port, options);
    }
  };
  const { serviceWorker } = navigator;
  serviceWorker.addEventListener('message', listen, { signal: options.signal });
  // Until the document is parsed messages wait for this.
  serviceWorker.startMessages();
  options.signal.addEventListener('abort', () => {
    options.maker.close();
    closeDecoder();
  });
}

async function serve(file: Blob, port: MessagePort, { maker, patience }: PageDecoderOptions): Promise<void> {
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
    const { base, picture, headroom } = await decodeInTurn(file, patience, given.signal);
    say({ type: 'made', jpeg: await maker.make(base, picture, headroom) });
  } catch (error) {
    say({ type: 'failed', code: errorReport(error).code });
  } finally {
    clearInterval(pulse);
    port.onmessage = null;
  }
}

interface DecodedFile {
  readonly base: Blob;
  readonly picture: PqOutput;
  /** In stops. */
  readonly headroom: number;
}

/** Throws DecodeError, or the signal's reason. */
async function decodeInTurn(file: Blob, patience: number, signal: AbortSignal): Promise<DecodedFile> {
  const bytes = new Uint8Array(await file.arrayBuffer());
  const end = await turns.take();
  const late = AbortSignal.timeout(patience);
  try {
    return await decodeFile(bytes, AbortSignal.any([signal, late]));
  } finally {
    if (late.aborted) closeDecoder();
    end();
  }
}

async function decodeFile(bytes: Uint8Array, signal: AbortSignal): Promise<DecodedFile> {
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
  return { base, picture, headroom };
}

async function* once(bytes: Uint8Array): AsyncGenerator<Uint8Array, void, void> {
  yield await Promise.resolve(bytes);
}
