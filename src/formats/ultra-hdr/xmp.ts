import { checked, everyChannel, type Channels, type GainMapMetadata } from '../gain-map/metadata.ts';

/**
 * What the XMP packet of a gain map says in Adobe's namespace ("Ultra HDR Image Format v1.1", "Gain map metadata"); null for a packet
 * that describes none.
 *
 * @throws FormatError `damaged` for values that cannot be
 */
export function readXmpMetadata(xmp: string): GainMapMetadata | null {
  const max = values(xmp, 'GainMapMax');
  if (max === undefined) return null;
  return checked({
    min: values(xmp, 'GainMapMin') ?? everyChannel(0),
    max,
    gamma: values(xmp, 'Gamma') ?? everyChannel(1),
    offsetSdr: values(xmp, 'OffsetSDR') ?? everyChannel(1 / 64),
    offsetHdr: values(xmp, 'OffsetHDR') ?? everyChannel(1 / 64),
    capacityMin: values(xmp, 'HDRCapacityMin')?.[0] ?? 0,
    capacityMax: values(xmp, 'HDRCapacityMax')?.[0] ?? Math.max(...max),
    baseIsHdr: /hdrgm:BaseRenditionIsHDR(?:\s*=\s*["']|>)\s*True/i.test(xmp),
    useBaseColours: true,
  });
}

export interface AppleXmp {
  /** The picture's peak over SDR white; null where it is left to the camera's notes. */
  readonly headroom: number | null;
}

/** Null for a packet that is not that of Apple's gain map. */
export function readAppleXmp(xmp: string): AppleXmp | null {
  if (
    !xmp.includes('urn:com:apple:photo:2020:aux:hdrgainmap') &&
    !xmp.includes('HDRGainMap:HDRGainMapVersion')
  )
    return null;
  const headroom = Number(text(xmp, 'HDRGainMap:HDRGainMapHeadroom'));
  return { headroom: headroom > 0 && headroom <= 65_536 ? headroom : null };
}

/** One number for all channels, or a list of three. */
function values(xmp: string, name: string): Channels | undefined {
  const found = text(xmp, `hdrgm:${name}`);
  if (found === undefined) return undefined;
  const list = Array.from(found.matchAll(/<rdf:li>([^<]*)<\/rdf:li>/g), ([, item]) => number(item!));
  if (list.length === 3) return [list[0]!, list[1]!, list[2]!];
  return everyChannel(list[0] ?? number(found));
}

/** An attribute, or what an element holds. */
function text(xmp: string, name: string): string | undefined {
  const attribute = new RegExp(`${name}\\s*=\\s*(?:"([^"]*)"|'([^']*)')`).exec(xmp);
  if (attribute) return attribute[1] ?? attribute[2];
  const [open, closing] = [`<${name}>`, `</${name}>`];
  const start = xmp.indexOf(open);
  const end = start < 0 ? -1 : xmp.indexOf(closing, start);
  return end < 0 ? undefined : xmp.slice(start + open.length, end);
}

/** NaN, which no check lets pass, for what is no number. */
function number(value: string): number {
  return value.trim() === '' ? Number.NaN : Number(value);
}
