/** What announces a gain map: Adobe's attributes and elements, and GContainer's directory of the file's pictures. */
const GAIN_MAP = ['hdrgm', 'Container', 'Item'];
/** Where a picture was taken: Exif's fields as XMP writes them, and those of places in words. */
const LOCATION = [
  'exif:GPS\\w+',
  'photoshop:(?:City|State|Country)',
  'Iptc4xmpCore:(?:Location|CountryCode)',
];

/** An XMP packet without what announces a gain map. */
export function withoutGainMap(xmp: string): string {
  return GAIN_MAP.reduce(
    (text, prefix) => removed(text, `${prefix}:[\\w.-]+`).replace(attribute(`xmlns:${prefix}`), ''),
    removed(xmp, 'Container:Directory'),
  );
}

/** An XMP packet without what says where the picture was taken. */
export function withoutLocation(xmp: string): string {
  return LOCATION.reduce(removed, xmp);
}

/** Whether a packet says anything at all. */
export function isEmpty(xmp: string): boolean {
  const said = xmp
    .replace(/<\?xpacket[^]*?\?>/g, '')
    .replace(attribute('(?:xmlns:[\\w.-]+|rdf:about|x:xmptk)'), '')
    .replace(/<\/?(?:x:xmpmeta|rdf:RDF|rdf:Description)\s*\/?>/g, '');
  return said.trim() === '';
}

/** dc:rights and dc:creator, in the first language that they are said in. */
export function authorOf(xmp: string): { artist?: string; copyright?: string } {
  const [artist, copyright] = [first(xmp, 'dc:creator'), first(xmp, 'dc:rights')];
  return { ...(artist ? { artist } : {}), ...(copyright ? { copyright } : {}) };
}

/** A property in either of its forms, an attribute or an element (XMP, part 1, 7.9.2.2). */
function removed(xmp: string, name: string): string {
  return xmp
    .replace(new RegExp(`<(${name})(?:\\s[^>]*)?>[^]*?</\\1>`, 'g'), '')
    .replace(new RegExp(`<${name}(?:\\s[^>]*)?/>`, 'g'), '')
    .replace(attribute(name), '');
}

function attribute(name: string): RegExp {
  return new RegExp(`\\s+${name}\\s*=\\s*(?:"[^"]*"|'[^']*')`, 'g');
}

function first(xmp: string, name: string): string | undefined {
  const content = new RegExp(`<${name}>([^]*?)</${name}>`).exec(xmp)?.[1] ?? '';
  const item = /<rdf:li[^>]*>([^<]*)<\/rdf:li>/.exec(content)?.[1] ?? '';
  return unescaped(item).trim().slice(0, MOST_CHARACTERS) || undefined;
}

const ENTITIES: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };

function unescaped(text: string): string {
  return text.replace(/&(\w+);/g, (whole, name: string) => ENTITIES[name] ?? whole);
}

const MOST_CHARACTERS = 1000;
