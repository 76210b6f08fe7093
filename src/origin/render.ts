import { decode, encode } from '../codec/index.ts';
import type { JpegCoder } from '../codec/jpeg-coder.ts';
import { NO_MODEL } from '../codec/model-check.ts';
import type { Networks } from '../codec/networks.ts';
import { layoutIndex, readLayout } from '../container/index.ts';
import { DEFAULT_LIMITS, read, write } from '../formats/index.ts';
import { downscale } from './downscale.ts';
import type { DecodeParameters, EncodeParameters } from './jobs.ts';

/** What the jobs need of the worker they run in. */
export interface RenderParts {
  readonly jpeg: JpegCoder;
  readonly maxPixels: number;
  /** The networks of this model, or of the configured one. */
  networks(model?: string): Promise<Networks>;
}

/** An HDR file → the layered file and its `layoutIndex`. Throws the errors of formats, codec and inference. */
export async function renderEncode(
  body: Uint8Array,
  { w, model, quality, layers, tmo }: EncodeParameters,
  parts: RenderParts,
): Promise<{ bytes: Uint8Array; layout: string }> {
  const source = await read(body, { ...DEFAULT_LIMITS, maxPixels: parts.maxPixels });
  const picture = w === undefined ? source : downscale(source, w);
  const options = {
    ...(quality === undefined ? {} : { quality }),
    ...(model === NO_MODEL ? { layers: layers ?? 0 } : layers === undefined ? {} : { layers }),
    ...(tmo === undefined ? {} : { tmo }),
  };
  const networks = model === NO_MODEL ? null : await parts.networks(model);
  const bytes = await encode(picture, options, { networks, jpeg: parts.jpeg });
  return { bytes, layout: layoutIndex(readLayout(bytes)) };
}

/** A layered file → an HDR file, by the model that the header names. Throws the errors of container, codec and inference. */
export async function renderDecode(
  body: Uint8Array,
  { layers, format, post }: DecodeParameters,
  parts: RenderParts,
): Promise<Uint8Array> {
  const layout = readLayout(body);
  const model = layout.kind === 'layered' ? layout.header.modelId : NO_MODEL;
  const networks = model === NO_MODEL ? null : await parts.networks(model);
  const options = { post, ...(layers === undefined ? {} : { layers }) };
  const picture = await decode(body, options, { networks, jpeg: parts.jpeg });
  return write(picture, format);
}
