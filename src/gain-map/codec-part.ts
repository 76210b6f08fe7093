import type { GainMapBase } from '../codec/index.ts';
import type { JpegCoder } from '../codec/jpeg-coder.ts';
import { REFERENCE_WHITE } from '../codec/luminance.ts';
import { announcementPlace } from '../container/index.ts';
import { makeGainMap } from './make.ts';
import { gainMapPart } from './part.ts';

/** Makes the gain-map part of a picture that is being encoded: the codec's option `gainMap`. */
export function gainMapMaker(coder: Pick<JpegCoder, 'decode'>): (base: GainMapBase) => Promise<Uint8Array> {
  return async ({ jpeg, decoded, light, nitsPerUnit, headroom, quality }) => {
    const options = { white: REFERENCE_WHITE / nitsPerUnit, headroom, quality };
    const map = await makeGainMap(decoded, light, options, coder);
    return gainMapPart(jpeg, announcementPlace(jpeg), map);
  };
}
