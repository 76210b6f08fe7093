import type { Glow2026Networks } from '../../../../src/codec/networks.ts';

/** The family without a network: the inverse tone-mapped base is the prediction as it is. */
export function identityNetworks(): Glow2026Networks {
  return {
    family: 'glow2026',
    model: {
      id: 'identity',
      family: 'glow2026',
      digest: new Uint8Array(32).fill(9),
      stride: 16,
      geometry: { tile: 64, overlap: { encoder: 0, decoder: 0, post: 16 } },
    },
    enhance: (picture) => Promise.resolve(picture),
  };
}
