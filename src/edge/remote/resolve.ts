import { addressFault, parseAddress } from '../../delivery/address.ts';
import { notAllowed } from '../../delivery/remote-source.ts';
import { sourceFailed } from './problems.ts';

/** RFC 1035 §3.2.2, RFC 3596 §2.1. */
const TYPES = { A: 1, AAAA: 28 } as const;

/**
 * Refuses a name that leads to an address that is not public: a source's owner writes its DNS, too. Asks a resolver that
 * speaks JSON over HTTPS, since a Worker has no resolver of its own. The connection that follows resolves the name anew, and
 * workerd lets nobody pin an address to it, so this narrows the way of a rebinding attacker and does not close it; that is
 * what the allowlist is for.
 *
 * @throws ProblemError 403 `source_not_allowed`; 503 `source_failed` if the name has no address
 */
export async function requirePublicName(resolver: URL, host: string, signal: AbortSignal): Promise<void> {
  // An address was judged as it was parsed.
  if (parseAddress(host) !== undefined) return;
  const found = await Promise.all([ask(resolver, host, 'A', signal), ask(resolver, host, 'AAAA', signal)]);
  const addresses = found.flat();
  if (addresses.length === 0) throw sourceFailed('has a name without an address');
  for (const text of addresses) {
    const address = parseAddress(text);
    const fault = address === undefined ? 'unreadable' : addressFault(address);
    if (fault === undefined) continue;
    console.error(`refused ${host}: it resolves to ${text}, ${fault}`);
    throw notAllowed();
  }
}

async function ask(
  resolver: URL,
  name: string,
  type: keyof typeof TYPES,
  signal: AbortSignal,
): Promise<string[]> {
  const url = new URL(resolver);
  url.searchParams.set('name', name);
  url.searchParams.set('type', type);
  try {
    const response = await fetch(url, {
      headers: { Accept: 'application/dns-json' },
      redirect: 'manual',
      signal,
    });
    if (!response.ok) {
      await response.body?.cancel();
      throw new Error(`the resolver answered ${response.status}`);
    }
    const { Answer = [] } = await response.json<{ Answer?: { type: number; data: string }[] }>();
    return Answer.filter((answer) => answer.type === TYPES[type]).map(({ data }) => data);
  } catch (cause) {
    signal.throwIfAborted();
    throw sourceFailed('has a name that could not be resolved', cause);
  }
}
