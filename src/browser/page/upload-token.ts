const KEPT = 'afterglow.token';

/**
 * The upload token that the page's address brought in its fragment (`#token=…`, which no server sees), kept for as long
 * as the tab lives and taken out of the address, which may be copied or photographed.
 */
export function takeToken(): string {
  const fragment = new URLSearchParams(location.hash.slice(1));
  const brought = fragment.get('token');
  if (brought !== null) {
    keepToken(brought);
    fragment.delete('token');
    const rest = fragment.toString();
    const address = location.pathname + location.search + (rest === '' ? '' : `#${rest}`);
    history.replaceState(history.state, '', address);
  }
  return sessionStorage.getItem(KEPT) ?? '';
}

export function keepToken(token: string): void {
  sessionStorage.setItem(KEPT, token);
}
