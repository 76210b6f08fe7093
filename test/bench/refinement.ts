import { makeBaseLayer } from '../../src/codec/base-layer.ts';
import { encode, LayeredDecoder, type CodecParts } from '../../src/codec/index.ts';
import { LUMA_BT709 } from '../../src/codec/luminance.ts';
import type { HdrPicture } from '../../src/codec/picture.ts';
import { pqEncode } from '../../src/codec/pq.ts';
import { readLayer, readLayout } from '../../src/container/index.ts';

/** PSNR of PQ values, peak 1, in dB. */
export interface PqQuality {
  /** Of the three channels. */
  readonly rgb: number;
  /** Of their luma, BT.709's weights: where glow2026 spends its bytes. */
  readonly luma: number;
}

export interface RefinementFigures {
  readonly bytes: number;
  /** The inverse tone-mapped base, without the network. */
  readonly plain: PqQuality;
  /** With 0, 1, 2, … layers. */
  readonly layers: readonly PqQuality[];
}

/** Encodes a picture with the codec's own settings, and measures it layer by layer. */
export async function measureRefinement(picture: HdrPicture, parts: CodecParts): Promise<RefinementFigures> {
  const file = await encode(picture, {}, parts);
  const layout = readLayout(file);
  if (layout.kind !== 'layered') throw new Error('encode gave no layered file');
  const { nitsPerUnit } = layout.header;
  const reference = picture.data.map((v) => pqEncode(v * nitsPerUnit));
  const decoder = await LayeredDecoder.create(file, parts);
  const qualityOf = ({ data }: { data: Float32Array }): PqQuality =>
    quality(
      data.map((v, i) => v - reference[i]!),
      (pixel, channel) => 3 * pixel + channel,
    );
  const plain = qualityOf(await decoder.picture({ post: false }));
  const layers = [qualityOf(await decoder.picture())];
  for (const k of layout.layers.keys()) {
    await decoder.addLayer(readLayer(file, layout, k));
    layers.push(qualityOf(await decoder.picture()));
  }
  return { bytes: file.length, plain, layers };
}

/** The coarsest plain JPEG of at least that many bytes, with its inverse tone curve and no network. */
export async function plainBaseOf(
  bytes: number,
  picture: HdrPicture,
  { jpeg }: Pick<CodecParts, 'jpeg'>,
): Promise<PqQuality> {
  let [low, high] = [1, 100];
  const base = (of: number) => makeBaseLayer(picture, { quality: of, tmo: 'mai', coding: 'mozjpeg' }, jpeg);
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((await base(middle)).jpeg.length < bytes) low = middle + 1;
    else high = middle;
  }
  const { jpeg: found, reference, prediction } = await base(low);
  if (found.length < bytes) throw new Error(`No base has ${bytes} bytes.`);
  const size = reference.length / 3;
  return quality(
    prediction.map((v, i) => v - reference[i]!),
    (pixel, channel) => channel * size + pixel,
  );
}

function quality(errors: Float32Array, at: (pixel: number, channel: number) => number): PqQuality {
  const size = errors.length / 3;
  let [squares, lumaSquares] = [0, 0];
  for (let pixel = 0; pixel < size; pixel++) {
    let luma = 0;
    LUMA_BT709.forEach((weight, channel) => {
      const error = errors[at(pixel, channel)]!;
      squares += error ** 2;
      luma += weight * error;
    });
    lumaSquares += luma ** 2;
  }
  return { rgb: -10 * Math.log10(squares / (3 * size)), luma: -10 * Math.log10(lumaSquares / size) };
}
