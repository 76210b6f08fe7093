/** What sharp says before, or in the place of, what is wrong; and the names of those that say it. */
const NOISE = [
  /^Input (?:buffer|file) (?:has corrupt header|contains unsupported image format)(?:: )?/,
  /^(?:[vV]ips\w*|\w+(?:load|save)(?:_\w+)?|heif): /,
  /^Warning treated as error due to failOn setting$/,
  /^Unknown error$/,
  /^lib\w+ read error$/,
  /^source: bad seek to \d+$/,
];

/**
 * Why a picture could not be decoded, in the words of its format's library: the first line that says something, without
 * sharp's and libvips's own, which are of no use to who uploaded it. Empty where none does.
 */
export function reason(cause: unknown): string {
  const lines = (cause instanceof Error ? cause.message : String(cause)).split('\n');
  return lines.map(plain).find((line) => line !== '') ?? '';
}

function plain(line: string): string {
  return NOISE.reduce((text, noise) => text.replace(noise, ''), line.trim());
}
