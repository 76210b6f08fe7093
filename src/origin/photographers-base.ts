import type { EncodeOptions } from '../codec/index.ts';
import type { JpegCoder } from '../codec/jpeg-coder.ts';
import { REFERENCE_WHITE } from '../codec/luminance.ts';
import type { HdrPicture } from '../codec/picture.ts';
import { turn, turningBack } from '../codec/turn.ts';
import { announcementPlace, jpegOrientation } from '../container/index.ts';
import type { Variant } from '../delivery/variant.ts';
import { DEFAULT_LIMITS, read } from '../formats/index.ts';
import { findGainMap } from '../formats/ultra-hdr/find.ts';
import { gainMapPart, keptGainMapPart, makeGainMap } from '../gain-map/index.ts';
import { plainJpeg, type Notice } from './metadata/plain-jpeg.ts';
import { codedSdr, servable, type SdrOptions } from './render-sdr.ts';
import { scaled, transform } from './transform/index.ts';

export interface PhotographersBase {
  readonly jpeg: Uint8Array;
  readonly notices: readonly Notice[];
  /** Absent where the base is sRGB and its map is to be made as that of any other. */
  readonly gainMap?: EncodeOptions['gainMap'];
}

/**
 * The base of a JPEG with a gain map: the SDR picture that its photographer made. Where nothing is done to the picture it stays, and its
 * gain map with it; else what is done to the HDR picture is done to it too. `null` for files that have no such base, and where
 * another tone mapping is asked for.
 *
 * @param source what was read of the file, upright
 * @throws FormatError; ProblemError 400 for what cannot be done to this picture
 */
export async function photographersBase(
  body: Uint8Array,
  source: HdrPicture,
  variant: Variant,
  { coder, keepLocation = false, ...options }: SdrOptions & { readonly coder: Pick<JpegCoder, 'decode'> },
): Promise<PhotographersBase | null> {
  const own = variant.tmo === undefined ? servable(body, { ...options, keepLocation }) : null;
  const map = own && findGainMap(body);
  if (own === null || map === null) return null;
  if (map.meaning.by !== 'apple' && map.meaning.metadata.baseIsHdr) return null;
  const picture = scaled(source);
  const changed = transform(picture, variant) !== picture || variant.q !== undefined;
  if (!changed) {
    const { bytes: jpeg, notices } = own;
    if (map.meaning.by === 'apple')
      return { jpeg, notices, gainMap: (base) => remadePart(source, base, coder) };
    const { metadata } = map.meaning;
    // A map may say by metadata of its own where the picture was taken.
    const kept = plainJpeg(body.subarray(map.start, map.end), { keepLocation, keepGainMap: true });
    const gainMap = (base: Base) =>
      Promise.resolve(keptGainMapPart(base.jpeg, announcementPlace(base.jpeg), kept.bytes, metadata));
    return { jpeg, notices: [...new Set([...notices, ...kept.notices])], gainMap };
  }
  const sdr = scaled(await read(own.bytes, { ...DEFAULT_LIMITS, maxPixels: options.maxPixels }));
  const { bytes: jpeg, notices } = await codedSdr(body, transform(sdr, variant), variant);
  return { jpeg, notices };
}

type Base = Parameters<NonNullable<EncodeOptions['gainMap']>>[0];

/** Apple's map, which says by a formula of its own what it means, is made again in terms that all readers know. */
async function remadePart(
  source: HdrPicture,
  { jpeg, decoded, headroom, quality }: Base,
  coder: Pick<JpegCoder, 'decode'>,
): Promise<Uint8Array> {
  // In the base's own primaries, in which it was read, and lying as it does.
  const { data, nitsPerUnit } = turn(source, turningBack(jpegOrientation(jpeg)));
  const white = REFERENCE_WHITE / (nitsPerUnit ?? REFERENCE_WHITE);
  const map = await makeGainMap(decoded, data, { white, headroom, quality }, coder);
  return gainMapPart(jpeg, announcementPlace(jpeg), map);
}
