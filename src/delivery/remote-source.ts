import { addressFault, parseAddress } from './address.ts';
import { ConfigurationError, listOf, parseUrl } from './configuration.ts';
import { ProblemError } from './problem.ts';

/** One entry of the allowlist: everything below a URL, on one host or on those below a domain. */
export interface RemoteSource {
  /** Stands for the prefix in `/fetch/name/…`. */
  readonly name?: string;
  /** `https:` or `http:`. */
  readonly protocol: string;
  /** Host name, without port; of `*.example.com` what follows the star: `.example.com`. */
  readonly host: string;
  readonly wildcard: boolean;
  /** Empty for the scheme's own. */
  readonly port: string;
  /** Begins and ends with a slash. */
  readonly path: string;
}

const ENTRY = /^(?:([a-z0-9][a-z0-9-]{0,31})=)?(https?:\/\/)(\*\.)?([^*]+)$/i;
/** Servers and proxies commonly bound the request line at 8 KiB. */
const MOST_URL = 4096;

/**
 * Reads `REMOTE_SOURCES`, the allowlist: URL prefixes that end with `/`, with commas or white space between them, each perhaps
 * with a name: `https://photos.example.com/`, `https://*.example.com/public/`, `shop=https://shop.example.com/media/`.
 * Empty: nothing is fetched. A scheme that is not written is not meant, and neither is a port.
 *
 * @throws ConfigurationError
 */
export function parseRemoteSources(text: string | undefined): readonly RemoteSource[] {
  return listOf(text).map((entry) => {
    const [, name, scheme = '', star, rest = ''] = ENTRY.exec(entry) ?? [];
    const base = parseUrl(scheme + rest);
    const fault =
      base === null
        ? 'is no URL prefix'
        : star !== undefined && name !== undefined
          ? 'has a name and a wildcard'
          : base.username !== '' || base.password !== '' || base.search !== '' || base.hash !== ''
            ? 'has more than scheme, host, port and path'
            : !base.pathname.endsWith('/')
              ? 'does not end with /'
              : hostFault(base.hostname);
    if (base === null || fault !== undefined) {
      throw new ConfigurationError(
        'REMOTE_SOURCES',
        `has an entry that ${fault ?? 'is no URL prefix'}: ${entry}`,
      );
    }
    return {
      ...(name === undefined ? {} : { name: name.toLowerCase() }),
      protocol: base.protocol,
      host: star === undefined ? base.hostname : `.${base.hostname}`,
      wildcard: star !== undefined,
      port: base.port,
      path: base.pathname,
    };
  });
}

/**
 * The source that `/fetch/…` names. `path` is what follows `/fetch/` in the URL, percent-encoded as it stands there:
 * `https%3A%2F%2Fphotos.example.com%2Fa.exr%3Fv%3D2` (a whole URL, encoded as one), `https://photos.example.com/a.exr` (a URL
 * without a query; proxies that make one slash of two do no harm), or `shop/a.exr` (below a named prefix).
 *
 * @throws ProblemError 400 `invalid_source`, 403 `source_not_allowed`
 */
export function resolveSource(path: string, sources: readonly RemoteSource[]): URL {
  const [, name = '', rest = ''] = /^([a-z0-9-]+)\/(.*)$/is.exec(path) ?? [];
  const named = sources.find((source) => source.name !== undefined && source.name === name.toLowerCase());
  if (named !== undefined) {
    const port = named.port === '' ? '' : `:${named.port}`;
    return allowedSource(parse(`${named.protocol}//${named.host}${port}${named.path}${rest}`), sources);
  }
  let text = path;
  if (/^https?%3a/i.test(path)) {
    try {
      text = decodeURIComponent(path);
    } catch {
      throw invalidSource('its percent-encoding is malformed');
    }
  }
  const [, scheme, address] = /^(https?):\/{1,2}([^/].*)$/is.exec(text) ?? [];
  if (scheme === undefined || address === undefined) {
    throw invalidSource('it is neither an http(s) URL nor below a named prefix');
  }
  return allowedSource(parse(`${scheme}://${address}`), sources);
}

/**
 * Where a redirect leads, from `Location` (RFC 9110 §10.2.2); it must be as allowed as where it came from, and never from
 * https to http.
 *
 * @throws ProblemError 403 `source_not_allowed`, 400 `invalid_source`
 */
export function resolveRedirect(from: URL, location: string, sources: readonly RemoteSource[]): URL {
  const to = allowedSource(parse(location, from), sources);
  if (from.protocol === 'https:' && to.protocol !== 'https:') throw notAllowed();
  return to;
}

/** Holds a URL against the allowlist; answers it without its fragment. */
function allowedSource(url: URL, sources: readonly RemoteSource[]): URL {
  if (url.username !== '' || url.password !== '') throw invalidSource('it carries credentials');
  if (hidesSegments(url.pathname)) throw invalidSource('its path hides dot segments');
  if (hostFault(url.hostname) !== undefined || !sources.some((source) => matches(source, url))) {
    throw notAllowed();
  }
  const bare = new URL(url);
  bare.hash = '';
  return bare;
}

function matches({ protocol, host, wildcard, port, path }: RemoteSource, url: URL): boolean {
  return (
    url.protocol === protocol &&
    url.port === port &&
    (wildcard ? url.hostname.endsWith(host) : url.hostname === host) &&
    url.pathname.startsWith(path)
  );
}

/**
 * What is wrong with a host as the URL parser writes it (WHATWG URL §3.5: numbers in any base have become dotted decimal
 * there): addresses that are not public, and names that only a private network knows.
 */
function hostFault(host: string): string | undefined {
  const address = parseAddress(host);
  if (address !== undefined) {
    const fault = addressFault(address);
    return fault === undefined ? undefined : `is an address that is not public: ${fault}`;
  }
  if (host.endsWith('.')) return 'has a host with a dot at its end';
  if (!host.includes('.')) return 'has a host without a domain';
  // RFC 6761 §6.3, RFC 6762 §3, RFC 8375 §4, RFC 9476 §3, and ICANN's reservation of 2024.
  return /\.(?:localhost|local|home\.arpa|internal|alt)$/.test(host) ? 'has a name of local use' : undefined;
}

/**
 * Whether a path leaves its folder once its escapes are decoded, however often: `..%2f` is part of a file name to the URL
 * parser, and one folder up to many a server.
 */
function hidesSegments(path: string): boolean {
  let plain = path;
  for (let before = ''; plain !== before;) {
    before = plain;
    plain = plain.replace(/%(?:2e|2f|5c|25)/gi, (escape) => decodeURIComponent(escape));
  }
  return plain.split(/[/\\]/).some((segment) => segment === '.' || segment === '..');
}

function parse(text: string, base?: URL): URL {
  const url = text.length > MOST_URL ? null : parseUrl(text, base);
  if (url === null) throw invalidSource('it is no URL');
  if (url.protocol !== 'http:' && url.protocol !== 'https:') throw notAllowed();
  return url;
}

function invalidSource(fault: string): ProblemError {
  return new ProblemError({
    status: 400,
    code: 'invalid_source',
    title: 'Invalid source',
    detail: `This is no address of a source: ${fault}.`,
  });
}

/** Says the same whatever the reason: an answer that told them apart would map the network behind it. */
export function notAllowed(): ProblemError {
  return new ProblemError({
    status: 403,
    code: 'source_not_allowed',
    title: 'Source not allowed',
    detail: 'Pictures are fetched from the configured sources only.',
  });
}
