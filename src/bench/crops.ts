import sharp from 'sharp';
import { encode } from '../codec/index.ts';
import { srgbEncode } from '../codec/srgb.ts';
import { decodeOurs, encodeOurs, type Ours } from './ours.ts';
import type { Reference } from './reference.ts';

const SIZE = { width: 224, height: 160 } as const;
/** Below so many cd/m² a viewer beside the picture's highlights sees black, and the crop would show noise. */
const VISIBLE = 0.3;
/** Where a crop's geometric mean goes in its SDR view, linear. */
const KEY = 0.18;

interface Region {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

export interface Crop {
  /** `original`, or what was encoded and in how many bytes. */
  readonly title: string;
  /** PNG as a data URI. */
  readonly image: string;
}

/** The same region in the original and in both encodings. */
export interface CropRow {
  readonly image: string;
  readonly region: 'bright' | 'dark';
  readonly crops: readonly Crop[];
}

/**
 * A bright and a dark region of a picture, side by side: the original, our file with all of its layers, and the base alone
 * (no layer, no network) at the quality that comes nearest to as many bytes. Each region is exposed for itself.
 */
export async function cropRows(reference: Reference, quality: number, ours: Ours): Promise<CropRow[]> {
  const file = await encodeOurs(reference, quality, ours);
  const alone = await baseOfBytes(reference, file.length, ours);
  const lights = [
    { title: 'original', light: reference.picture.data },
    { title: `ours, ${file.length} bytes`, light: await decodeOurs(file, ours) },
    { title: `base alone, ${alone.length} bytes`, light: await decodeOurs(alone, ours) },
  ];
  const regions = extremeRegions(reference);
  return Promise.all(
    (['bright', 'dark'] as const).map(async (region) => {
      const exposure = KEY / Math.max(VISIBLE, meanLight(reference, regions[region]));
      const crops = lights.map(async ({ title, light }) => ({
        title,
        image: await pngUri(light, reference.picture.width, regions[region], exposure),
      }));
      return { image: reference.name, region, crops: await Promise.all(crops) };
    }),
  );
}

/** Halves the qualities between which the base has that many bytes. */
async function baseOfBytes(reference: Reference, bytes: number, { parts }: Ours): Promise<Uint8Array> {
  const baseAlone = (quality: number): Promise<Uint8Array> =>
    encode(reference.picture, { quality, layers: 0, nitsPerUnit: 1 }, { ...parts, networks: null });
  let [low, high] = [1, 100];
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if ((await baseAlone(middle)).length < bytes) low = middle;
    else high = middle;
  }
  const [smaller, larger] = [await baseAlone(low), await baseAlone(high)];
  return bytes - smaller.length < larger.length - bytes ? smaller : larger;
}

/** The windows, on a grid of half their size, with the highest and the lowest visible geometric mean of light. */
function extremeRegions(reference: Reference): Record<'bright' | 'dark', Region> {
  const { picture } = reference;
  const width = Math.min(SIZE.width, picture.width);
  const height = Math.min(SIZE.height, picture.height);
  const windows: { region: Region; mean: number }[] = [];
  for (let top = 0; top + height <= picture.height; top += height >> 1) {
    for (let left = 0; left + width <= picture.width; left += width >> 1) {
      const region = { left, top, width, height };
      windows.push({ region, mean: meanLight(reference, region) });
    }
  }
  windows.sort((a, b) => a.mean - b.mean);
  const dark = windows.find(({ mean }) => mean >= VISIBLE) ?? windows[0]!;
  return { bright: windows.at(-1)!.region, dark: dark.region };
}

/** Geometric mean of the green channel in cd/m². */
function meanLight({ picture }: Reference, { left, top, width, height }: Region): number {
  let sum = 0;
  for (let y = top; y < top + height; y++) {
    for (let x = left; x < left + width; x++) sum += Math.log(picture.data[(y * picture.width + x) * 3 + 1]!);
  }
  return Math.exp(sum / (width * height));
}

async function pngUri(
  light: Float32Array,
  stride: number,
  region: Region,
  exposure: number,
): Promise<string> {
  const { left, top, width, height } = region;
  const pixels = new Uint8Array(width * height * 3);
  for (let y = 0; y < height; y++) {
    for (let i = 0; i < width * 3; i++) {
      const shown = Math.min(Math.max(light[((top + y) * stride + left) * 3 + i]! * exposure, 0), 1);
      pixels[y * width * 3 + i] = Math.round(255 * srgbEncode(shown));
    }
  }
  const png = await sharp(pixels, { raw: { width, height, channels: 3 } })
    .png()
    .toBuffer();
  return `data:image/png;base64,${png.toString('base64')}`;
}
