import type { StepRule } from './steps.ts';

/**
 * Rules for bases of at most, and of at least so many bits per pixel. Colour differences have two to three times the step of
 * luminance: they are seen least. Where bits are few, masking and tilt give up PU21-PSNR for PU21-SSIM and HDR-VDP-2, which
 * gain more of it; where they are many, the layers would then lose to a better base alone.
 */
const FEW = { bits: 2 ** -3, rule: { colour: 44, masking: 16, tilt: 19 } } as const;
const MANY = { bits: 2 ** -1.5, rule: { colour: 36, masking: 2, tilt: 8 } } as const;

/** How an encoder spreads the steps of a file's layers, by the bits per pixel of its base. Decoders read the rule. */
export function stepRule(baseBits: number): StepRule {
  const share = Math.log2(baseBits / FEW.bits) / Math.log2(MANY.bits / FEW.bits);
  const between = (key: keyof StepRule): number =>
    Math.round(FEW.rule[key] + Math.min(1, Math.max(0, share)) * (MANY.rule[key] - FEW.rule[key]));
  return { colour: between('colour'), masking: between('masking'), tilt: between('tilt') };
}
