import { answer } from './answer.ts';
import { isEligible } from './eligible.ts';
import { CACHE, CACHES } from './kept.ts';
import { decodeInPage, SilentPageError } from './page-decode.ts';
import type { ScreenMessage } from './protocol.ts';
import { Screens } from './screens.ts';
import type { ImageFetchEvent, WorkerScope } from './scope.ts';

/** The service worker: `register.ts` says where, and for which pictures. What it is to do stands in its own URL, which it cannot forget. */

const scope = self as unknown as WorkerScope;
const prefixes = new URL(scope.location.href).searchParams.getAll('cdn');
const screens = new Screens();

// It keeps nothing that an older one and its pages had agreed on, so that it need not wait for their end.
scope.addEventListener('install', (event) => {
  event.waitUntil(scope.skipWaiting());
});
scope.addEventListener('activate', (event) => {
  event.waitUntil(Promise.all([scope.clients.claim(), dropOlderCaches()]));
});
scope.addEventListener('message', ({ data, source }) => {
  const message = data as Partial<ScreenMessage> | null;
  if (message?.type !== 'afterglow-screen' || source === null) return;
  void screens.tell(source.id, message.shows === true).catch(() => undefined);
});
scope.addEventListener('fetch', (event) => {
  // What is not answered here goes its way as if there were no service worker.
  if (!isEligible(event.request, prefixes) || screens.known(event.clientId) === false) return;
  event.respondWith(respond(event));
});

async function respond(event: ImageFetchEvent): Promise<Response> {
  const { request, clientId } = event;
  const shows = screens.known(clientId) ?? (await screens.last());
  const page = shows ? await scope.clients.get(clientId) : undefined;
  if (page === undefined) return fetch(request);
  return answer(request, {
    make: async (file) => {
      try {
        return await decodeInPage(page, file);
      } catch (error) {
        if (error instanceof SilentPageError) screens.hush(clientId);
        throw error;
      }
    },
    waitUntil: (work) => {
      event.waitUntil(work);
    },
  });
}

async function dropOlderCaches(): Promise<void> {
  const names = await caches.keys();
  const older = names.filter((name) => name.startsWith(CACHES) && name !== CACHE);
  await Promise.all(older.map((name) => caches.delete(name)));
}
