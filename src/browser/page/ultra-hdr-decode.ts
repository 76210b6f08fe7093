import { srgbDecode } from '../../codec/srgb.ts';
import { jpegOrientation, orientationSegment } from '../../container/index.ts';
import { toHalf } from '../half-float.ts';
import type { LinearPicture } from '../linear-picture.ts';
import { ApiError } from './api.ts';

const ONE = 0x3c00;
/** What is written before the pictures' entropy-coded data, which may be anything. */
const HEAD_BYTES = 65_536;
const SOI_BYTES = 2;
const SIGNALS = Float32Array.from({ length: 256 }, (_, code) => srgbDecode(code / 255));

interface Map {
  readonly min: readonly number[];
  readonly max: readonly number[];
  readonly gamma: readonly number[];
  readonly offsetSdr: readonly number[];
  readonly offsetHdr: readonly number[];
}

/**
 * The light of an Ultra HDR JPEG with its map applied in full ("Ultra HDR Image Format v1.1", "Decode"), which browsers show but
 * let no page read. The map is enlarged as the browser smooths images. Throws ApiError `no_gain_map`.
 */
export async function decodeUltraHdr(file: Blob): Promise<LinearPicture> {
  const length = Number(/Item:Length="(\d+)"/.exec(await head(file))?.[1] ?? 0);
  const mapFile = file.slice(file.size - length);
  const text = await head(mapFile);
  if (length === 0 || !text.includes('hdrgm:GainMapMax')) {
    throw new ApiError('no_gain_map', 'The Ultra HDR JPEG has no gain map that this page can read.');
  }
  const baseFile = file.slice(0, file.size - length);
  const base = await codes(baseFile);
  // The map lies as the base is stored. The browser turns the base as its Exif says, and must be told to turn the map.
  const orientation = jpegOrientation(new Uint8Array(await baseFile.arrayBuffer()));
  const turned = [mapFile.slice(0, SOI_BYTES), orientationSegment(orientation), mapFile.slice(SOI_BYTES)];
  const map = await codes(new Blob(turned), base);
  return {
    encoding: 'linear',
    width: base.width,
    height: base.height,
    data: light(base, map, readMap(text)),
  };
}

function light(
  base: ImageData,
  map: ImageData,
  { min, max, gamma, offsetSdr, offsetHdr }: Map,
): Uint16Array<ArrayBuffer> {
  const out = new Uint16Array(base.data.length);
  const gains = [0, 1, 2].map((c) =>
    Float32Array.from(
      { length: 256 },
      (_, code) => 2 ** (min[c]! + (code / 255) ** (1 / gamma[c]!) * (max[c]! - min[c]!)),
    ),
  );
  for (let i = 0; i < out.length; i += 4) {
    for (let c = 0; c < 3; c++) {
      const signal = SIGNALS[base.data[i + c]!]!;
      const value = (signal + offsetSdr[c]!) * gains[c]![map.data[i + c]!]! - offsetHdr[c]!;
      out[i + c] = toHalf(Math.max(value, 0));
    }
    out[i + 3] = ONE;
  }
  return out;
}

/** A JPEG's code values, at another size if one is given. */
async function codes(
  jpeg: Blob,
  size?: { readonly width: number; readonly height: number },
): Promise<ImageData> {
  // In one piece: Firefox looks at a blob's first one alone to see what it is.
  const whole = new Blob([await jpeg.arrayBuffer()], { type: 'image/jpeg' });
  const bitmap = await createImageBitmap(whole, { colorSpaceConversion: 'none' });
  const { width, height } = size ?? bitmap;
  const context = new OffscreenCanvas(width, height).getContext('2d', { willReadFrequently: true })!;
  context.imageSmoothingQuality = 'high';
  context.drawImage(bitmap, 0, 0, width, height);
  bitmap.close();
  return context.getImageData(0, 0, width, height);
}

/** Reads XMP: attributes for what all channels share, lists for what they do not; absent ones have the format's defaults. */
function readMap(text: string): Map {
  const values = (name: string, otherwise: number): readonly number[] => {
    const single = new RegExp(`hdrgm:${name}="([^"]+)"`).exec(text)?.[1];
    if (single !== undefined) return [0, 1, 2].map(() => Number(single));
    const list = new RegExp(`<hdrgm:${name}>(.*?)</hdrgm:${name}>`, 's').exec(text)?.[1] ?? '';
    const items = [...list.matchAll(/<rdf:li>([^<]+)/g)].map(([, item]) => Number(item));
    return items.length === 3 ? items : [0, 1, 2].map(() => otherwise);
  };
  return {
    min: values('GainMapMin', 0),
    max: values('GainMapMax', 1),
    gamma: values('Gamma', 1),
    offsetSdr: values('OffsetSDR', 1 / 64),
    offsetHdr: values('OffsetHDR', 1 / 64),
  };
}

async function head(file: Blob): Promise<string> {
  return new TextDecoder('latin1').decode(await file.slice(0, HEAD_BYTES).arrayBuffer());
}
