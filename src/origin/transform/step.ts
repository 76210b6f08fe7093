import type { HdrPicture } from '../../codec/picture.ts';
import type { Variant } from '../../delivery/variant.ts';

/** A picture whose light can be compared with a colour of sRGB: BT.709 primaries, and a known scale. */
export interface ScaledPicture extends HdrPicture {
  readonly primaries: 'bt709';
  readonly nitsPerUnit: number;
}

/**
 * One operation on linear light. It answers the very picture that it was given where the variant asks nothing of it or
 * there is nothing to change, and otherwise a new one.
 */
export type Step = (picture: ScaledPicture, variant: Variant) => ScaledPicture;
