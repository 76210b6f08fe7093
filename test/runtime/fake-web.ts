import { fetch, Response } from 'miniflare';
import type { Request } from 'miniflare';

/** A page of the fake web: what it answers to a request. */
export type Page = (request: Request) => Response | Promise<Response>;

export interface FakeWeb {
  /** Every public URL that answers, without its query; all others cannot be reached. */
  readonly pages: Map<string, Page>;
  /** The requests that left the worker for the public web, in their order. */
  readonly requests: Request[];
  /** The addresses that the resolver at `RESOLVER` knows, by host. */
  readonly addresses: Map<string, readonly string[]>;
  /** Miniflare's option: where requests of the worker go. */
  readonly outboundService: (request: Request) => Promise<Response>;
}

export const RESOLVER = 'https://resolver.example/dns-query';

/**
 * The web as the worker sees it. Names in the tests are public ones, since the worker fetches from no others; only the fake
 * origin, which listens on this machine, is reached for real.
 */
export function fakeWeb(): FakeWeb {
  const web: FakeWeb = {
    pages: new Map(),
    requests: [],
    addresses: new Map(),
    async outboundService(request) {
      const url = new URL(request.url);
      if (url.hostname === '127.0.0.1') return fetch(request);
      if (url.href.startsWith(RESOLVER)) return resolve(web, url);
      web.requests.push(request);
      const page = web.pages.get(url.origin + url.pathname);
      if (page === undefined) throw new Error(`nobody is at ${url.href}`);
      return page(request);
    },
  };
  return web;
}

/** A resolver's JSON, with the canonical name that comes before the addresses, as of a CDN's customer. */
function resolve({ addresses }: FakeWeb, { searchParams }: URL): Response {
  const name = searchParams.get('name') ?? '';
  const type = searchParams.get('type') === 'AAAA' ? 28 : 1;
  const found = (addresses.get(name) ?? []).filter((data) => data.includes(':') === (type === 28));
  const alias = { name, type: 5, TTL: 60, data: `edge.${name}.` };
  const Answer = [alias, ...found.map((data) => ({ name: alias.data, type, TTL: 60, data }))];
  return new Response(JSON.stringify({ Status: 0, Answer }), {
    headers: { 'Content-Type': 'application/dns-json' },
  });
}
