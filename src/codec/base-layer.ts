import { jpegOrientation, turnedSize } from '../container/index.ts';
import { CodecError } from './errors.ts';
import { applyInverseToneCurve, fitInverseToneCurve, type InverseToneCurve } from './itmo.ts';
import type { JpegCoder } from './jpeg-coder.ts';
import { guessNitsPerUnit, headroomStops, luminance } from './luminance.ts';
import type { HdrPicture, SdrPicture } from './picture.ts';
import { pqPlanes } from './pq.ts';
import { toBt709 } from './primaries.ts';
import { codeTonemapped, rateOptimisedBase, type BaseQuality } from './rate-optimised-base.ts';
import { applyToneCurve, maiToneCurve, rateToneCurve } from './tmo-mai.ts';
import { reinhard } from './tmo-reinhard.ts';
import { turn, turningBack } from './turn.ts';

export type BaseCoding = 'rate-optimised' | 'mozjpeg';

export interface BaseOptions extends BaseQuality {
  readonly tmo: 'mai' | 'reinhard';
  /**
   * `mozjpeg` is a plain picture coder after Mai's curve, as in the paper; `rate-optimised` codes for the HDR picture
   * that is decoded from the base.
   */
  readonly coding: BaseCoding;
  /** The photographer's own SDR JPEG, kept byte for byte instead of a tone-mapped one. */
  readonly baseJpeg?: Uint8Array | undefined;
  /** cd/m² per unit, over what the picture says of itself. */
  readonly nitsPerUnit?: number | undefined;
  /** Stops by which the picture was made lighter since the tone mapper would have looked at it. */
  readonly exposure?: number | undefined;
}

/** The base layer and what the enhancement layers start from, all of it as the base is stored: its Exif may turn what is shown. */
export interface BaseLayer {
  readonly width: number;
  readonly height: number;
  readonly jpeg: Uint8Array;
  /** The base as a decoder sees it. */
  readonly decoded: SdrPicture;
  /** (h, w, 3) interleaved linear light of the picture, BT.709 primaries, in units of `nitsPerUnit`. */
  readonly light: Float32Array;
  readonly nitsPerUnit: number;
  /** log2(peak / 203 cd/m²), in stops. */
  readonly headroom: number;
  readonly inverseToneCurve: InverseToneCurve;
  /** PQ planes (3, h, w) of the original, BT.709 primaries. */
  readonly reference: Float32Array;
  /** PQ planes (3, h, w) of the decoded, inverse tone-mapped base. */
  readonly prediction: Float32Array;
}

/** TMO → JPEG → decoded again → ITMO, as in Han et al. 2020. Throws CodecError `sdr_size_mismatch`. */
export async function makeBaseLayer(
  picture: HdrPicture,
  options: BaseOptions,
  jpegCoder: JpegCoder,
): Promise<BaseLayer> {
  const orientation = options.baseJpeg ? jpegOrientation(options.baseJpeg) : 1;
  const bt709 = turn(toBt709(picture), turningBack(orientation));
  const { width, height } = bt709;
  const y = luminance(bt709.data);
  const nitsPerUnit = options.nitsPerUnit ?? bt709.nitsPerUnit ?? guessNitsPerUnit(y);
  const reference = pqPlanes(bt709.data, nitsPerUnit);

  const jpeg = options.baseJpeg ?? (await codeBase({ ...bt709, nitsPerUnit }, reference, options, jpegCoder));
  const decoded = await jpegCoder.decode(jpeg);
  if (decoded.width !== width || decoded.height !== height) {
    const shown = turnedSize(decoded, orientation);
    throw new CodecError(
      'sdr_size_mismatch',
      `The SDR picture is ${shown.width} × ${shown.height}, the HDR picture ${picture.width} × ${picture.height}; both must be the same size.`,
    );
  }
  const inverseToneCurve = fitInverseToneCurve(decoded, reference);
  const prediction = applyInverseToneCurve(decoded, inverseToneCurve);
  const headroom = headroomStops(y, nitsPerUnit);
  const { data: light } = bt709;
  const scale = { light, nitsPerUnit, headroom, inverseToneCurve };
  return { width, height, jpeg, decoded, ...scale, reference, prediction };
}

async function codeBase(
  picture: HdrPicture & { readonly nitsPerUnit: number },
  reference: Float32Array,
  { coding, tmo, quality, sdrQuality, exposure = 0 }: BaseOptions,
  jpegCoder: JpegCoder,
): Promise<Uint8Array> {
  const { width, height, data, nitsPerUnit } = picture;
  if (tmo === 'reinhard') {
    const sdr = reinhard(picture, exposure);
    return coding === 'rate-optimised' ? codeTonemapped(sdr, { quality, sdrQuality }) : plain(sdr);
  }
  const before = exposure === 0 ? reference : pqPlanes(data, nitsPerUnit * 2 ** -exposure);
  return coding === 'rate-optimised'
    ? rateOptimisedBase(reference, rateToneCurve(before), width, height, { quality, sdrQuality })
    : plain(applyToneCurve(reference, maiToneCurve(before), width, height));

  function plain(sdr: SdrPicture): Promise<Uint8Array> {
    return jpegCoder.encode(sdr, { quality: Math.max(quality, sdrQuality ?? 0), chroma: '4:2:0' });
  }
}
