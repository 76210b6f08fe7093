import { CodecError } from './errors.ts';
import type { FamilyDecoder, FamilyInput } from './family.ts';
import type { Planes } from './planes.ts';
import { clampSignals } from './pq.ts';

/** The picture of a base whose model is not at hand, or that no model had a part in. */
export class BaseDecoder implements FamilyDecoder {
  readonly postProcesses = false;
  readonly #picture: Planes;
  readonly #modelId: string;

  constructor({ height, width, prediction }: FamilyInput, modelId: string) {
    this.#picture = { channels: 3, height, width, data: clampSignals(prediction) };
    this.#modelId = modelId;
  }

  /** Rejects with CodecError `model_required`. */
  addLayer(): Promise<void> {
    return Promise.reject(new CodecError('model_required', `Layers need the model ${this.#modelId}.`));
  }

  picture(): Promise<Planes> {
    return Promise.resolve(this.#picture);
  }
}
