import type { ModelDescription, Tensor } from '../../codec/networks.ts';
import type { WebLoadOptions } from '../../inference/web.ts';
import type { ErrorReport } from '../protocol.ts';

/** What the worker that runs networks is told and what it answers. Only structured-cloneable values, and types alone. */

/** All networks of all families, as the codec calls them. */
export type NetworkMethod = 'enhance' | 'encode' | 'decode' | 'post';

/** Sent once, before anything else. */
export interface LoadRequest {
  readonly type: 'load';
  readonly id: number;
  readonly options: Omit<WebLoadOptions, 'onUnavailable'>;
}

export interface RunRequest {
  readonly type: 'run';
  readonly id: number;
  readonly method: NetworkMethod;
  readonly tensors: readonly Tensor[];
}

export type NetworkRequest = LoadRequest | RunRequest;

export interface Loaded {
  readonly type: 'loaded';
  readonly model: ModelDescription;
  readonly provider: string;
}
export interface Ran {
  readonly type: 'ran';
  readonly tensor: Tensor;
}

export type NetworkResponse = { readonly id: number } & (Loaded | Ran | ErrorReport);
