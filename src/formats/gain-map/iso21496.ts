import { damaged, FormatError } from '../errors.ts';
import { checked, type Channels, type GainMapMetadata } from './metadata.ts';

const FLAGS = { multichannel: 0x80, useBaseColours: 0x40, commonDenominator: 0x08, backward: 0x04 } as const;

/**
 * GainMapMetadata of ISO 21496-1, clause C.2.2, and of the drafts whose writers are still about: one denominator for all.
 *
 * @throws FormatError `damaged`; `unsupported_feature` for a version that asks for more than is known here
 */
export function readIsoMetadata(bytes: Uint8Array): GainMapMetadata {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  try {
    return checked(parse(view));
  } catch (error) {
    if (error instanceof RangeError) throw damaged('the gain map has metadata that end too soon', error);
    throw error;
  }
}

function parse(view: DataView): GainMapMetadata {
  const minimumVersion = view.getUint16(0);
  if (minimumVersion !== 0)
    throw new FormatError(
      'unsupported_feature',
      `the gain map asks for version ${minimumVersion} of ISO 21496-1's metadata, which is not known here`,
    );
  const flags = view.getUint8(4);
  let at = 5;
  const next = (signed: boolean): number => {
    at += 4;
    return signed ? view.getInt32(at - 4) : view.getUint32(at - 4);
  };
  const common = flags & FLAGS.commonDenominator ? next(false) : null;
  const fraction = (signed: boolean): number => {
    const numerator = next(signed);
    return numerator / (common ?? next(false));
  };
  const base = fraction(false);
  const alternate = fraction(false);
  const channels = Array.from({ length: flags & FLAGS.multichannel ? 3 : 1 }, () => ({
    min: fraction(true),
    max: fraction(true),
    gamma: fraction(false),
    baseOffset: fraction(true),
    alternateOffset: fraction(true),
  }));
  const of = (name: keyof (typeof channels)[0]): Channels =>
    [0, 1, 2].map((c) => (channels[c] ?? channels[0]!)[name]) as unknown as Channels;
  const baseIsHdr = base > alternate || (flags & FLAGS.backward) !== 0;
  return {
    min: of('min'),
    max: of('max'),
    gamma: of('gamma'),
    offsetSdr: of(baseIsHdr ? 'alternateOffset' : 'baseOffset'),
    offsetHdr: of(baseIsHdr ? 'baseOffset' : 'alternateOffset'),
    capacityMin: Math.min(base, alternate),
    capacityMax: Math.max(base, alternate),
    baseIsHdr,
    useBaseColours: (flags & FLAGS.useBaseColours) !== 0,
  };
}
