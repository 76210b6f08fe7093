/**
 * A `Cache-Control` field that lets nobody keep an answer for more than `seconds`: a URL that expires must not live on in the
 * caches on its way. What extends freshness beyond `max-age` (RFC 5861) goes, and so does a longer `s-maxage`.
 */
export function capFreshness(field: string, seconds: number): string {
  const most = Math.max(0, Math.floor(seconds));
  return field
    .split(',')
    .map((directive) => directive.trim())
    .filter((directive) => directive !== '' && !/^stale-/i.test(directive))
    .map((directive) =>
      directive.replace(/^((?:s-maxage|max-age)=)"?(\d+)"?$/i, (_, name: string, age: string) => {
        return name + String(Math.min(Number(age), most));
      }),
    )
    .join(', ');
}
