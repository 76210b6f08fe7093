import { createReadStream, existsSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { extname, join, normalize } from 'node:path';
import type * as afterglow from '../../src/browser/index.ts';

declare global {
  interface Window {
    afterglow: typeof afterglow;
  }
}

const TYPES: Record<string, string> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript',
  '.mjs': 'text/javascript',
  '.css': 'text/css',
  '.json': 'application/json',
  '.wasm': 'application/wasm',
};
/** Without them a page has no threads. */
const ISOLATION = {
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Embedder-Policy': 'require-corp',
};

export type Route = (request: IncomingMessage, response: ServerResponse, url: URL) => void | Promise<void>;

export interface SiteServer extends AsyncDisposable {
  readonly url: string;
}

/** A page that is nothing but the package's browser entry, as `window.afterglow`. */
export const testPage: Route = (_, response) => {
  response.writeHead(200, { 'Content-Type': 'text/html' });
  response.end(
    '<!doctype html><script type="module">window.afterglow = await import("/lib/index.js")</script>',
  );
};

/**
 * Serves what the build put into `dist/site`, and the package's browser entry under `/lib/`. Routes come first, by the
 * longest prefix of the path.
 */
export async function serveSite({
  routes = {},
  isolated = true,
}: { routes?: Record<string, Route>; isolated?: boolean } = {}): Promise<SiteServer> {
  const prefixes = Object.keys(routes).sort((a, b) => b.length - a.length);
  const server = createServer((request, response) => {
    const url = new URL(request.url ?? '/', 'http://localhost');
    const prefix = prefixes.find((candidate) => url.pathname.startsWith(candidate));
    if (isolated) for (const [name, value] of Object.entries(ISOLATION)) response.setHeader(name, value);
    if (prefix === undefined) sendFile(url.pathname, response);
    else void routes[prefix]!(request, response, url);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    [Symbol.asyncDispose]: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => {
          resolve();
        });
      }),
  };
}

function sendFile(path: string, response: ServerResponse): void {
  const asked = path === '/' ? '/index.html' : normalize(path);
  const file = asked.startsWith('/lib/') ? join('dist/browser', asked.slice(5)) : join('dist/site', asked);
  if (!existsSync(file)) {
    response.writeHead(404, { 'Content-Type': 'application/problem+json' });
    response.end(JSON.stringify({ status: 404, code: 'not_found', detail: 'There is nothing here.' }));
    return;
  }
  response.writeHead(200, { 'Content-Type': TYPES[extname(file)] ?? 'application/octet-stream' });
  createReadStream(file).pipe(response);
}
