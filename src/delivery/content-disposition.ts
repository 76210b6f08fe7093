import { JPEG } from './file-format.ts';
import type { MediaFormat } from './file-format.ts';

const MOST_CHARACTERS = 128;

/**
 * The `Content-Disposition` of a download (RFC 6266 §4): what a browser shall call the file. `asked` goes before the last segment
 * of the key; either gets the format's extension (`.jpg`) where it has none of it, since systems open files by it. `filename` is for those who
 * read ASCII only, `filename*` for all others (RFC 8187).
 */
export function contentDisposition(
  asked: string,
  key: string,
  { extensions }: Pick<MediaFormat, 'extensions'> = JPEG,
): string {
  const name = asked === '' ? stem(key.slice(key.lastIndexOf('/') + 1)) : asked;
  const named = extensions.some((extension) => name.toLowerCase().endsWith(`.${extension}`));
  const whole = named ? name : `${name}.${extensions[0]}`;
  const ascii = whole.replace(/[^\x20-\x7e]/gu, '_').replace(/["\\%]/g, '_');
  const plain = `attachment; filename="${ascii}"`;
  return ascii === whole ? plain : `${plain}; filename*=UTF-8''${extValue(whole)}`;
}

/** A key without the extension of its master: `a.exr` is sent as `a.jpg`. */
function stem(segment: string): string {
  const dot = segment.lastIndexOf('.');
  return Array.from(dot > 0 ? segment.slice(0, dot) : segment)
    .slice(0, MOST_CHARACTERS)
    .join('');
}

/** RFC 8187 §3.2.1: all but `attr-char` as percent-escapes of UTF-8. */
function extValue(text: string): string {
  return encodeURIComponent(text).replace(
    /['()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}
