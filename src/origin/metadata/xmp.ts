import { authorOfFields, MOST_CHARACTERS, type Author } from './author-fields.ts';
import { withoutElements } from './xmp-elements.ts';

/** What announces a gain map: Adobe's attributes and elements, and GContainer's directory of the file's pictures. */
const GAIN_MAP = '(?:hdrgm|Container|Item):[\\w.-]+';
/** Where a picture was taken: Exif's fields as XMP writes them, and those of places in words. */
const LOCATION = [
  'exif:GPS\\w+',
  'photoshop:(?:City|State|Country)',
  'Iptc4xmpCore:(?:Location|CountryCode)',
  'Iptc4xmpExt:Location(?:Created|Shown)',
  'photomech:CountryCode',
  // Of cameras that fly; the misspelling is in files.
  'drone-dji:(?:Gps|GPS)\\w+',
  'drone-dji:(?:Latitude|Longitude)',
].join('|');

/** XML's, and no other: in bytes that are taken for Latin 1 a blank of Unicode is half of a letter. */
const BLANK = '[ \\t\\r\\n]';

// A packet is somebody's text: every expression here takes time in proportion to it, however it is written.

/** An XMP packet without what announces a gain map. */
export function withoutGainMap(xmp: string): string {
  return without(xmp, GAIN_MAP).replace(attribute('xmlns:(?:hdrgm|Container|Item)'), '');
}

/**
 * An XMP packet without what says where the picture was taken. Of XML that is none, what goes may leave a further property behind:
 * it is gone over again, a few times.
 */
export function withoutLocation(xmp: string): string {
  let left = xmp;
  for (let i = 0; i < MOST_PASSES; i++) {
    const before = left;
    left = without(before, LOCATION);
    if (left === before) break;
  }
  return left;
}

/** Whether a text that need not be whole, or XML at all, names a property of a place. */
export function namesLocation(text: string): boolean {
  return new RegExp(`(?:${LOCATION})`).test(text);
}

/** The digest of the packet that goes on in segments of its own; null where none does. */
export function extensionOf(xmp: string): string | null {
  return EXTENSION.exec(xmp)?.[1]?.toUpperCase() ?? null;
}

/** A packet that goes on with another one, or no longer does. */
export function withExtension(xmp: string, digest: string | null): string {
  if (digest === null) return without(xmp, 'xmpNote:HasExtendedXMP');
  return xmp.replace(EXTENSION, (said, old: string) => said.replace(old, digest));
}

/** Whether a packet says anything at all. */
export function isEmpty(xmp: string): boolean {
  const said = xmp
    .replace(/^(?:\ufeff|\xef\xbb\xbf)/, '')
    .replace(/<\?xpacket[^<>]*>/g, '')
    .replace(attribute('(?:xmlns:[\\w.-]+|rdf:about|x:xmptk)'), '')
    .replace(/<\/?(?:x:xmpmeta|rdf:RDF|rdf:Description)\s*\/?>/g, '');
  return said.trim() === '';
}

/** dc:rights and dc:creator, in the first language that they are said in. */
export function authorOf(xmp: string): Author {
  const [artist, copyright] = [first(xmp, 'dc:creator'), first(xmp, 'dc:rights')];
  return authorOfFields(artist, copyright);
}

/** Without a property in either of its forms, an attribute or an element (XMP, part 1, 7.9.2.2). */
function without(xmp: string, names: string): string {
  return withoutElements(xmp, new RegExp(`^(?:${names})$`)).replace(attribute(names), '');
}

/** With the space before it, from the first blank of that: within a run of blanks no other is tried. */
function attribute(names: string): RegExp {
  return new RegExp(`(?<!${BLANK})${BLANK}+(?:${names})${BLANK}*=${BLANK}*(?:"[^"]*"|'[^']*')`, 'g');
}

function first(xmp: string, name: string): string | undefined {
  const open = xmp.indexOf(`<${name}>`);
  const close = open < 0 ? -1 : xmp.indexOf(`</${name}>`, open);
  if (close < 0) return undefined;
  const item = /<rdf:li[^<>]*>([^<]*)<\/rdf:li>/.exec(xmp.slice(open, close))?.[1] ?? '';
  return unescaped(item).trim().slice(0, MOST_CHARACTERS) || undefined;
}

const ENTITIES: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };

function unescaped(text: string): string {
  return text.replace(/&(\w+);/g, (whole, name: string) => ENTITIES[name] ?? whole);
}

const MOST_PASSES = 4;
/** An attribute or an element of 32 hexadecimal digits (XMP, part 3, 1.1.3.1). */
const EXTENSION = /xmpNote:HasExtendedXMP(?:>|[ \t\r\n]*=[ \t\r\n]*["'])[ \t\r\n]*([\dA-Fa-f]{32})/;
