import type { PqPicture } from '../codec/layered-decoder.ts';
import { extendedSignals } from './display/extended-signals.ts';
import { standardSignals } from './display/standard-signals.ts';
import { linearPicture } from './linear-picture.ts';
import type { DecodedPicture, PictureOptions } from './protocol.ts';

/** A decoded picture in the form that was asked for. */
export function outputPicture(pq: PqPicture, output: PictureOptions['output']): DecodedPicture {
  if (output === 'pq') return { encoding: 'pq', ...pq };
  const linear = linearPicture(pq);
  const { width, height } = linear;
  if (output === 'standard') return { encoding: output, width, height, data: standardSignals(linear, 0) };
  if (output === 'extended') return { encoding: output, width, height, data: extendedSignals(linear, 0) };
  return linear;
}
