import { CodecError } from './errors.ts';
import type { CodecParts, EncodeOptions } from './options.ts';
import type { HdrPicture } from './picture.ts';

const MAX_SIDE = 65535;
const MAX_LAYERS = 32;
const MOST_STOPS = 32;

/** Throws CodecError `invalid_option` for a picture whose samples are not (h, w, 3) finite numbers. */
export function checkPicture({ width, height, data }: HdrPicture): void {
  if (!isInteger(width, 1, MAX_SIDE) || !isInteger(height, 1, MAX_SIDE)) {
    throw new CodecError('invalid_option', `A picture of ${width} × ${height} pixels cannot be coded.`);
  }
  if (data.length !== 3 * width * height) {
    throw new CodecError('invalid_option', `${data.length} samples are not ${width} × ${height} × 3.`);
  }
  for (const sample of data) {
    // An infinite or undefined light has no place on the tone curve, and one would reach every pixel by the fit.
    if (!Number.isFinite(sample)) {
      throw new CodecError('invalid_option', 'The picture has samples that are not finite.');
    }
  }
}

/** Throws CodecError `invalid_option` or `model_required`. */
export function checkEncodeOptions(
  {
    quality,
    sdrQuality,
    layers,
    nitsPerUnit,
    exposure = 0,
  }: EncodeOptions & { quality: number; layers: number },
  { networks }: CodecParts,
): void {
  if (!isInteger(quality, 1, 100)) {
    throw new CodecError('invalid_option', `The quality is ${quality}, not a whole number from 1 to 100.`);
  }
  if (sdrQuality !== undefined && !isInteger(sdrQuality, 1, 100)) {
    throw new CodecError(
      'invalid_option',
      `The quality of the base is ${sdrQuality}, not a whole number from 1 to 100.`,
    );
  }
  if (!isInteger(layers, 0, MAX_LAYERS)) {
    throw new CodecError(
      'invalid_option',
      `There are ${layers} layers asked for, not a whole number from 0 to 32.`,
    );
  }
  if (nitsPerUnit !== undefined && !(Math.fround(nitsPerUnit) > 0 && Math.fround(nitsPerUnit) < Infinity)) {
    throw new CodecError('invalid_option', `The luminance scale is ${nitsPerUnit} cd/m² per unit.`);
  }
  if (!(Math.abs(exposure) <= MOST_STOPS)) {
    throw new CodecError('invalid_option', `The exposure is ${exposure}, not −32 to 32 stops.`);
  }
  if (layers > 0 && networks === null) {
    throw new CodecError('model_required', 'Enhancement layers need a model.');
  }
}

function isInteger(value: number, least: number, most: number): boolean {
  return Number.isInteger(value) && value >= least && value <= most;
}
