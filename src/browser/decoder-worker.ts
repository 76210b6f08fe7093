import { NO_MODEL } from '../codec/model-check.ts';
import type { Rect } from '../codec/planes.ts';
import type { LayeredHeader } from '../container/index.ts';
import { wasmJpegDecoder } from '../inference/jpeg-web.ts';
import { runJob, type LoadedParts } from './decode-job.ts';
import { errorReport } from './error-report.ts';
import { openSource, type OpenedSource } from './fetch-source.ts';
import { Inbox } from './inbox.ts';
import { remoteNetworks } from './network/remote-networks.ts';
import { nextTask } from './next-task.ts';
import type {
  ConfigureRequest,
  DecodeState,
  FocusRequest,
  OpenRequest,
  WorkerRequest,
  WorkerResponse,
} from './protocol.ts';
import { Turns } from './turns.ts';

/** The module worker that decodes: `protocol.ts` says what it is told and what it answers. */

const jobs = new Map<number, AbortController>();
/** Of jobs whose bytes the page sends. */
const arriving = new Map<number, Inbox<Uint8Array | null>>();
/** What is looked at, by job. */
const looks = new Map<number, Rect | null>();
const turns = new Turns();
/** By model and digest; a load that failed is forgotten, so that the next job tries again. */
const loaded = new Map<string, Promise<LoadedParts>>();
let configuration: ConfigureRequest | undefined;

self.addEventListener('message', ({ data }: MessageEvent<WorkerRequest>) => {
  if (data.type === 'configure') configuration = data;
  else if (data.type === 'cancel') jobs.get(data.id)?.abort();
  else if (data.type === 'focus') look(data);
  else if (data.type === 'chunk') arriving.get(data.id)?.put(data.bytes);
  else void open(data);
});

/** Of a job that is over, nobody would ever ask or forget it. */
function look({ id, rect }: FocusRequest): void {
  if (jobs.has(id)) looks.set(id, rect);
}

async function open({ id, source, options }: OpenRequest): Promise<void> {
  const controller = new AbortController();
  const { signal } = controller;
  jobs.set(id, controller);
  try {
    const opened = 'streamed' in source ? streamed(id, signal) : await openSource(source, signal);
    await runJob(opened, options, {
      signal,
      loadParts,
      takeTurn: () => turns.take(),
      focus: async () => {
        // What the page has said in the meantime is read between two tasks.
        await nextTask();
        return looks.get(id) ?? null;
      },
      report: (state) => {
        answer({ ...state, id }, transferred(state));
      },
    });
  } catch (error) {
    // Whoever cancelled a job has stopped listening.
    if (!signal.aborted) answer({ ...errorReport(error), id });
  } finally {
    // What is still being restored of a file that is damaged, nobody will see.
    controller.abort();
    jobs.delete(id);
    arriving.delete(id);
    looks.delete(id);
  }
}

/** The chunks that the page sends; whether more is being encoded, it knows itself. */
function streamed(id: number, signal: AbortSignal): OpenedSource {
  const inbox = new Inbox<Uint8Array | null>();
  arriving.set(id, inbox);
  signal.addEventListener('abort', () => {
    inbox.fail(signal.reason);
  });
  async function* chunks(): AsyncGenerator<Uint8Array> {
    for (let bytes = await inbox.take(); bytes !== null; bytes = await inbox.take()) yield bytes;
  }
  return { chunks: chunks(), pending: false };
}

function answer(response: WorkerResponse, transfer: Transferable[] = []): void {
  self.postMessage(response, { transfer });
}

/** Pixels change hands instead of being copied. */
function transferred(state: DecodeState): Transferable[] {
  return state.type === 'layer' || state.type === 'tile' ? [state.picture.data.buffer as ArrayBuffer] : [];
}

function loadParts(header: LayeredHeader): Promise<LoadedParts> {
  const key = `${header.modelId} ${header.modelDigest.join()}`;
  let parts = loaded.get(key);
  if (parts === undefined) {
    parts = load(header);
    parts.catch(() => loaded.delete(key));
    loaded.set(key, parts);
  }
  return parts;
}

async function load({ modelId, modelDigest }: LayeredHeader): Promise<LoadedParts> {
  if (configuration === undefined) throw new Error('The decoder worker was not configured.');
  const { assets, executionProviders } = configuration;
  const [networks, jpeg] = await Promise.all([
    modelId === NO_MODEL
      ? null
      : remoteNetworks(new URL('network-worker.js', location.href), {
          modelsUrl: assets.modelsUrl,
          runtimeUrl: assets.runtimeUrl,
          model: modelId,
          digest: modelDigest,
          executionProviders,
        }),
    wasmJpegDecoder({ wasm: assets.jpegWasmUrl }),
  ]);
  return { networks, jpeg };
}
