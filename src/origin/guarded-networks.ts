import type { Networks } from '../codec/networks.ts';
import type { JobGuard } from './job-guard.ts';

/** The same networks, used on behalf of a job: each run is announced to its guard, and refused once it is cancelled. */
export function guardedNetworks(networks: Networks, guard: JobGuard): Networks {
  switch (networks.family) {
    case 'han2020':
      return {
        family: networks.family,
        model: networks.model,
        encode: (residual) => guard.native(() => networks.encode(residual)),
        decode: (code) => guard.native(() => networks.decode(code)),
        post: (picture) => guard.native(() => networks.post(picture)),
      };
    case 'glow2026':
      return {
        family: networks.family,
        model: networks.model,
        enhance: (picture, noise) => guard.native(() => networks.enhance(picture, noise)),
      };
  }
}
