import { isHighDynamicRange } from '../display/display.ts';
import type { DecoderOptions } from '../decoder.ts';
import { configureDecoder } from '../element/shared-decoder.ts';
import type { DynamicRange } from '../element/dynamic-range.ts';
import { canShowGainMaps } from '../ultra-hdr/support.ts';
import { UltraHdrMaker } from '../ultra-hdr/ultra-hdr-maker.ts';
import { CACHE } from './kept.ts';
import { decodeForServiceWorker } from './page-decoder.ts';
import type { ScreenMessage } from './protocol.ts';

export interface RegisterOptions {
  /** What the URLs of the CDN's pictures begin with; `/images/` of this host if absent. */
  readonly cdn?: string | readonly string[] | undefined;
  /** The service worker's script, of this host; `/service-worker.js` if absent. */
  readonly script?: string | URL | undefined;
  /** The pages that it serves: URLs that begin with this. The folder of its script if absent. */
  readonly scope?: string | undefined;
  /** `auto` (the default): layers are asked for where the screen shows them. `high` and `standard` decide instead. */
  readonly dynamicRange?: DynamicRange | undefined;
  /** Where the decoder is; beside the service worker's script if absent. */
  readonly decoder?: DecoderOptions | undefined;
  /** The worker that makes Ultra HDR JPEGs; beside the service worker's script if absent. */
  readonly ultraHdrWorkerUrl?: string | URL | undefined;
  /** Milliseconds that one picture may take to be decoded, before its base is all that is shown of it; two minutes if absent. */
  readonly patience?: number | undefined;
}

export interface AfterglowRegistration {
  /** Of the browser; it tells when a new version is there (`updatefound`). */
  readonly registration: ServiceWorkerRegistration;
  /** Overrides the choice of before, for this page. */
  setDynamicRange(choice: DynamicRange): void;
  /** Looks for a new version now; the browser does so by itself on every navigation. */
  update(): Promise<void>;
  /** Takes the service worker away, with all that it kept. Pages that are open have plain pictures from then on. */
  unregister(): Promise<void>;
}

const PATIENCE = 120_000;

/** What the page does for its service worker since it called last: a second call takes the first one's place. */
let current: AbortController | undefined;

interface Network {
  readonly connection?: EventTarget & { readonly saveData?: boolean };
}

/**
 * Has every `<img>` of the pages in scope shown in HDR: registers the service worker, and decodes for it while this page is open. To be
 * called by each page. Answers null, and registers nothing, where browsers know no gain maps or the page is not secure.
 * Throws what `ServiceWorkerContainer.register` throws.
 */
export async function registerAfterglow(
  options: RegisterOptions = {},
): Promise<AfterglowRegistration | null> {
  if (!('serviceWorker' in navigator && canShowGainMaps())) return null;
  const { cdn = '/images/', scope, decoder, ultraHdrWorkerUrl } = options;
  const script = new URL(options.script ?? '/service-worker.js', location.href);
  for (const prefix of [cdn].flat()) script.searchParams.append('cdn', new URL(prefix, location.href).href);

  const workerUrl = decoder?.workerUrl ?? new URL('decoder-worker.js', script);
  configureDecoder({ ...decoder, workerUrl });
  current?.abort();
  const registered = (current = new AbortController());
  const maker = new UltraHdrMaker({
    workerUrl: ultraHdrWorkerUrl ?? new URL('ultra-hdr-worker.js', script),
    jpegWasmUrl:
      decoder?.assets?.jpegWasmUrl ?? new URL('libjpeg-turbo.wasm', new URL(workerUrl, location.href)),
  });
  decodeForServiceWorker({ maker, patience: options.patience ?? PATIENCE, signal: registered.signal });
  const registration = await navigator.serviceWorker.register(script, {
    updateViaCache: 'none',
    ...(scope === undefined ? {} : { scope }),
  });
  const screen = new ScreenReport(registration, options.dynamicRange ?? 'auto', registered.signal);
  await activation(registration);
  screen.tell();
  return {
    registration,
    setDynamicRange: (choice) => {
      screen.choice = choice;
    },
    update: async () => {
      await registration.update();
    },
    unregister: async () => {
      await registration.unregister();
      await caches.delete(CACHE);
      registered.abort();
    },
  };
}

/** Tells the service worker of the page's screen, now and whenever that changes. */
class ScreenReport {
  readonly #registration: ServiceWorkerRegistration;
  #choice: DynamicRange;

  constructor(registration: ServiceWorkerRegistration, choice: DynamicRange, signal: AbortSignal) {
    this.#registration = registration;
    this.#choice = choice;
    const tell = (): void => {
      this.tell();
    };
    matchMedia('(dynamic-range: high)').addEventListener('change', tell, { signal });
    navigator.serviceWorker.addEventListener('controllerchange', tell, { signal });
    (navigator as Network).connection?.addEventListener('change', tell, { signal });
  }

  set choice(choice: DynamicRange) {
    this.#choice = choice;
    this.tell();
  }

  tell(): void {
    const saves = (navigator as Network).connection?.saveData === true;
    const shows = this.#choice === 'auto' ? isHighDynamicRange() && !saves : this.#choice === 'high';
    const message: ScreenMessage = { type: 'afterglow-screen', shows };
    this.#registration.active?.postMessage(message);
  }
}

/** Resolves when a version is active: at once, but for a first visit. */
function activation({ active, installing, waiting }: ServiceWorkerRegistration): Promise<void> {
  const coming = installing ?? waiting;
  if (active !== null || coming === null) return Promise.resolve();
  return new Promise((resolve, reject) => {
    coming.addEventListener('statechange', () => {
      if (coming.state === 'activated') resolve();
      else if (coming.state === 'redundant') reject(new Error('The service worker could not be installed.'));
    });
  });
}
