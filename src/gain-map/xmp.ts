import type { Channels, GainMapMetadata } from './metadata.ts';
import { appSegment, latin1 } from './segments.ts';

/** What begins a segment APP1 of XMP (XMP, part 3, 1.1.3). */
export const XMP = 'http://ns.adobe.com/xap/1.0/\0';
const NAMESPACES = {
  rdf: 'http://www.w3.org/1999/02/22-rdf-syntax-ns#',
  hdrgm: 'http://ns.adobe.com/hdr-gain-map/1.0/',
  container: 'http://ns.google.com/photos/1.0/container/',
  item: 'http://ns.google.com/photos/1.0/container/item/',
} as const;

/**
 * What the base of an Ultra HDR file says in XMP: that there is a gain map, and by GContainer how long its JPEG behind the base is
 * ("Ultra HDR Image Format v1.1", "GContainer details").
 */
export function baseXmpSegment(mapBytes: number): Uint8Array {
  return packet(
    ` xmlns:hdrgm="${NAMESPACES.hdrgm}" xmlns:Container="${NAMESPACES.container}" xmlns:Item="${NAMESPACES.item}" hdrgm:Version="1.0"`,
    '<Container:Directory><rdf:Seq>' +
      '<rdf:li rdf:parseType="Resource"><Container:Item Item:Semantic="Primary" Item:Mime="image/jpeg"/></rdf:li>' +
      `<rdf:li rdf:parseType="Resource"><Container:Item Item:Semantic="GainMap" Item:Mime="image/jpeg" Item:Length="${mapBytes}"/></rdf:li>` +
      '</rdf:Seq></Container:Directory>',
  );
}

/** What the JPEG of the map says ("Gain map metadata"). */
export function mapXmpSegment(metadata: GainMapMetadata): Uint8Array {
  const { min, max, gamma, offsetSdr, offsetHdr, capacityMin, capacityMax } = metadata;
  const values = {
    GainMapMin: min,
    GainMapMax: max,
    Gamma: gamma,
    OffsetSDR: offsetSdr,
    OffsetHDR: offsetHdr,
    HDRCapacityMin: capacityMin,
    HDRCapacityMax: capacityMax,
  };
  const named = Object.entries(values);
  const single = named.flatMap(([name, value]) => {
    const number = typeof value === 'number' ? value : alike(value);
    return number === undefined ? [] : [` hdrgm:${name}="${decimal(number)}"`];
  });
  const triple = named.flatMap(([name, value]) => {
    if (typeof value === 'number' || alike(value) !== undefined) return [];
    const items = value.map((number) => `<rdf:li>${decimal(number)}</rdf:li>`).join('');
    return [`<hdrgm:${name}><rdf:Seq>${items}</rdf:Seq></hdrgm:${name}>`];
  });
  return packet(
    ` xmlns:hdrgm="${NAMESPACES.hdrgm}" hdrgm:Version="1.0" hdrgm:BaseRenditionIsHDR="False"${single.join('')}`,
    triple.join(''),
  );
}

function packet(attributes: string, content: string): Uint8Array {
  const text =
    `<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="${NAMESPACES.rdf}">` +
    `<rdf:Description rdf:about=""${attributes}>${content}</rdf:Description></rdf:RDF></x:xmpmeta>`;
  return appSegment(1, XMP, latin1(text));
}

/** The one value of all channels, if it is one. */
function alike([r, g, b]: Channels): number | undefined {
  return r === g && g === b ? r : undefined;
}

/** As few digits as say the number to 1e-9; many readers know no exponents. */
function decimal(value: number): string {
  const digits = value.toFixed(9);
  return digits.replace(/\.?0+$/, '');
}
