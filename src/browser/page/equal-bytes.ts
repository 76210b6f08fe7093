import type { Decoder } from '../decoder.ts';
import { openSource } from '../fetch-source.ts';
import type { LinearPicture } from '../linear-picture.ts';
import { contentLength, pictureUrl, problemError, type PictureInfo } from './api.ts';
import { decodeUltraHdr } from './ultra-hdr-decode.ts';

export interface Side {
  readonly picture: LinearPicture;
  /** Of the file that was decoded. */
  readonly bytes: number;
}

export interface EqualBytes {
  readonly ultraHdr: Side;
  readonly afterglow: Side & { readonly layers: number };
}

/**
 * The Ultra HDR JPEG and, of the same base, as many layers as come nearest to it in bytes (by their ratio). Bytes are those of the
 * files as they are sent. Throws ApiError, DecodeError.
 */
export async function equalBytes(key: string, info: PictureInfo, decoder: Decoder): Promise<EqualBytes> {
  const url = pictureUrl(key);
  const response = await fetch(`${url}?hdr=gainmap`, { cache: 'no-cache' });
  if (!response.ok) throw problemError(response.status, await response.text());
  const file = await response.blob();
  const sizes = await Promise.all(info.layers.map((_, i) => contentLength(layeredUrl(url, i + 1))));
  const layers = nearest(sizes, file.size) + 1;
  return {
    ultraHdr: { picture: await decodeUltraHdr(file), bytes: file.size },
    afterglow: {
      picture: await decodeLayers(layeredUrl(url, layers), decoder),
      bytes: sizes[layers - 1]!,
      layers,
    },
  };
}

/** Where the ratio to the wanted bytes is nearest to 1; the first of several. */
export function nearest(sizes: readonly number[], bytes: number): number {
  const distances = sizes.map((size) => Math.abs(Math.log(size / bytes)));
  return distances.indexOf(Math.min(...distances));
}

function layeredUrl(url: string, layers: number): string {
  return `${url}?hdr=1&layers=${layers}`;
}

async function decodeLayers(url: string, decoder: Decoder): Promise<LinearPicture> {
  let picture: LinearPicture | undefined;
  const { chunks } = await openSource({ url }, new AbortController().signal, 'no-cache');
  for await (const state of decoder.decode(chunks, { pictures: 'newest' })) {
    if (state.type === 'layer' && state.picture.encoding === 'linear') picture = state.picture;
  }
  if (picture === undefined) throw new Error('The picture has no layers.');
  return picture;
}

/** What is compared, in words that do not make it more equal than it is. */
export function describeEqualBytes({ ultraHdr, afterglow }: EqualBytes): string {
  const ratio = (ultraHdr.bytes / afterglow.bytes).toFixed(2);
  return `Of the same base, the whole gain map and as many layers as come nearest to it: the Ultra HDR JPEG has ${ratio} times the bytes. Both are decoded by this page, with all their light.`;
}
