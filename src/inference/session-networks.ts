import type { ModelDescription, Networks, Tensor } from '../codec/networks.ts';
import type { NetworkName } from './manifest.ts';
import { ModelError } from './model-error.ts';

/** What onnxruntime-node and onnxruntime-web have in common, as far as it is needed here. */
interface OrtTensor {
  readonly data: unknown;
  readonly dims: readonly number[];
}
type OrtTensorConstructor<T> = new (type: 'float32', data: Float32Array, dims: readonly number[]) => T;
export interface OrtSession<T extends OrtTensor> {
  run(feeds: Record<string, T>): Promise<Readonly<Record<string, OrtTensor>>>;
  release(): Promise<void>;
}

/** Networks that hold native or wasm memory until they are released. */
export type LoadedNetworks = Networks & {
  /** The execution provider in use: `cuda`, `webgpu`, `cpu` or `wasm`. */
  readonly provider: string;
  release(): Promise<void>;
};

/** Names of the ONNX graphs' inputs and outputs. */
const PORTS = {
  encoder: { input: 'residual', output: 'code' },
  decoder: { input: 'code', output: 'residual' },
  post: { input: 'picture', output: 'restored' },
} as const;

/**
 * A model's three sessions as the codec's networks. Runs follow one another, since a session of the GPU providers
 * refuses to be entered twice. Throws ModelError `model_output_invalid` when a network answers another shape than agreed.
 */
export function sessionNetworks<T extends OrtTensor>(
  ort: { readonly Tensor: OrtTensorConstructor<T> },
  sessions: Readonly<Record<NetworkName, OrtSession<T>>>,
  model: ModelDescription,
  provider: string,
): LoadedNetworks {
  let last: Promise<unknown> = Promise.resolve();
  const { codeChannels, stride } = model;

  async function run(name: NetworkName, tensor: Tensor, expected: Tensor['dims']): Promise<Tensor> {
    const { input, output } = PORTS[name];
    const feeds = { [input]: new ort.Tensor('float32', tensor.data, tensor.dims) };
    const turn = last.then(() => sessions[name].run(feeds));
    last = turn.catch(() => undefined);
    const found = (await turn)[output];
    if (!(found?.data instanceof Float32Array) || found.dims.join() !== expected.join()) {
      const got = found === undefined ? 'nothing' : `[${found.dims.join()}]`;
      throw new ModelError(
        'model_output_invalid',
        `The ${name} of model “${model.id}” answered ${got} as “${output}” where [${expected.join()}] was due.`,
      );
    }
    return { data: found.data, dims: expected };
  }

  return {
    model,
    provider,
    encode: (residual) => {
      const [n, , h, w] = residual.dims;
      return run('encoder', residual, [n, codeChannels, h / stride, w / stride]);
    },
    decode: (code) => {
      const [n, , h, w] = code.dims;
      return run('decoder', code, [n, 3, h * stride, w * stride]);
    },
    post: (picture) => run('post', picture, picture.dims),
    release: async () => {
      await last;
      await Promise.all(Object.values(sessions).map((session) => session.release()));
    },
  };
}
