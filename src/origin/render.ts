import { decode, encode } from '../codec/index.ts';
import type { JpegCoder } from '../codec/jpeg-coder.ts';
import { NO_MODEL } from '../codec/model-check.ts';
import type { Networks } from '../codec/networks.ts';
import { layoutIndex, readLayout } from '../container/index.ts';
import { outputSize, type Variant } from '../delivery/variant.ts';
import { gainMapMaker } from '../gain-map/index.ts';
import {
  DEFAULT_LIMITS,
  read,
  sniff,
  write,
  type PictureSize,
  type SourcePicture,
} from '../formats/index.ts';
import type { DecodeParameters, EncodeParameters, ReadLimits } from './jobs.ts';
import type { Notice } from './metadata/plain-jpeg.ts';
import { photographersBase, type PhotographersBase } from './photographers-base.ts';
import { tooManyPixels } from './problems.ts';
import { fileLayout, renderFile } from './render-file.ts';
import { renderSdr } from './render-sdr.ts';
import { scaled, transform, type ScaledPicture } from './transform/index.ts';

/** What the jobs need of the worker they run in. */
export interface RenderParts {
  readonly jpeg: JpegCoder;
  readonly maxPixels: number;
  readonly limits?: ReadLimits | undefined;
  /** What SDR clients see at least, as the quality of a JPEG; never more than is asked for. What layers need of it if absent. */
  readonly sdrQuality?: number | undefined;
  /** Whether the place where a picture was taken stays in its metadata. */
  readonly keepLocation?: boolean | undefined;
  /** The networks of this model, or of the configured one. */
  networks(model?: string): Promise<Networks>;
}

/** What transparent places show where the variant names no colour: paper, but the canvas's own colour on a canvas. */
const PAPER = 'ffffff';
const CANVAS = '000000';

/**
 * A picture file → the file to be cut, and its `layoutIndex`: a layered file of an HDR picture, a plain JPEG of an SDR one. With
 * `format`, a file of that format with all of the picture's light.
 * Throws the errors of formats, codec and inference; ProblemError 400 for what cannot be done to this picture.
 */
export async function renderEncode(
  body: Uint8Array,
  parameters: EncodeParameters,
  parts: RenderParts,
): Promise<{ bytes: Uint8Array; layout: string }> {
  const { variant } = parameters;
  const { maxPixels } = parts;
  const background = variant.bg ?? (variant.fit === 'pad' ? CANVAS : PAPER);
  const source = await read(body, { ...DEFAULT_LIMITS, ...parts.limits, maxPixels, background });
  checkOutput(variant, source, maxPixels);
  if (parameters.format !== undefined) {
    // Files of HDR pictures have room for colours that JPEG's sRGB has not.
    const result = transform(scaled(source, source.hdr ? 'open' : 'clipped'), variant);
    const bytes = await renderFile(result, source.hdr, parameters.format, variant.q);
    return { bytes, layout: fileLayout(bytes, result) };
  }
  const picture = scaled(source);
  const { bytes, notices } = source.hdr
    ? await renderHdr(
        transform(picture, variant),
        await ownBase(body, source, variant, parts),
        parameters,
        parts,
      )
    : await renderSdr(body, picture, variant, parts);
  return { bytes, layout: layoutIndex(readLayout(bytes), notices) };
}

/** The SDR picture that an HDR file brings along, if it does. */
async function ownBase(
  body: Uint8Array,
  source: SourcePicture,
  variant: Variant,
  { jpeg: coder, maxPixels, keepLocation }: RenderParts,
): Promise<PhotographersBase | null> {
  if (sniff(body) !== 'ultrahdr') return null;
  return photographersBase(body, source, variant, { coder, maxPixels, keepLocation });
}

async function renderHdr(
  picture: ScaledPicture,
  own: PhotographersBase | null,
  { variant, model, layers }: EncodeParameters,
  parts: RenderParts,
): Promise<{ bytes: Uint8Array; notices: readonly Notice[] }> {
  const { q, tmo, ev } = variant;
  const options = {
    // Who asks for no layer wants the base alone, and soon.
    ...(layers === 0 ? {} : { gainMap: own?.gainMap ?? gainMapMaker(parts.jpeg) }),
    ...(own === null ? {} : { baseJpeg: own.jpeg }),
    ...(q === undefined ? {} : { quality: q }),
    ...(parts.sdrQuality === undefined ? {} : { sdrQuality: Math.min(q ?? 100, parts.sdrQuality) }),
    ...(model === NO_MODEL ? { layers: layers ?? 0 } : layers === undefined ? {} : { layers }),
    ...(tmo === undefined ? {} : { tmo }),
    ...(ev === undefined ? {} : { exposure: ev }),
  };
  const networks = model === NO_MODEL ? null : await parts.networks(model);
  const bytes = await encode(picture, options, { networks, jpeg: parts.jpeg });
  return { bytes, notices: own?.notices ?? [] };
}

/** Only a canvas can be larger than the picture. @throws ProblemError 400 `too_many_pixels`, before anything is allocated */
function checkOutput(variant: Variant, source: PictureSize, maxPixels: number): void {
  const { width, height } = outputSize(variant, source);
  if (width * height > Math.max(maxPixels, source.width * source.height)) {
    throw tooManyPixels({ width, height }, maxPixels);
  }
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
