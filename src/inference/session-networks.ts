import type {
  Glow2026Description,
  Glow2026Networks,
  Han2020Description,
  Han2020Networks,
  ModelDescription,
  Networks,
  Tensor,
} from '../codec/networks.ts';
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
const PORTS: Readonly<Record<NetworkName, { readonly inputs: readonly string[]; readonly output: string }>> =
  {
    encoder: { inputs: ['residual'], output: 'code' },
    decoder: { inputs: ['code'], output: 'residual' },
    post: { inputs: ['picture'], output: 'restored' },
    enhance: { inputs: ['picture', 'noise'], output: 'restored' },
  };

/**
 * A model's sessions as the codec's networks. Runs follow one another, since a session of the GPU providers refuses to
 * be entered twice. Throws ModelError `model_output_invalid` when a network answers another shape than agreed.
 *
 * @param sessions of all networks of the model's family
 */
export function sessionNetworks<T extends OrtTensor>(
  ort: { readonly Tensor: OrtTensorConstructor<T> },
  sessions: ReadonlyMap<NetworkName, OrtSession<T>>,
  model: ModelDescription,
  provider: string,
): LoadedNetworks {
  let last: Promise<unknown> = Promise.resolve();

  async function run(
    name: NetworkName,
    tensors: readonly Tensor[],
    expected: Tensor['dims'],
  ): Promise<Tensor> {
    const { inputs, output } = PORTS[name];
    const feeds = Object.fromEntries(
      tensors.map(({ data, dims }, i) => [inputs[i]!, new ort.Tensor('float32', data, dims)]),
    );
    const turn = last.then(() => sessions.get(name)!.run(feeds));
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

  const common = {
    provider,
    release: async () => {
      await last;
      await Promise.all([...sessions.values()].map((session) => session.release()));
    },
  };
  switch (model.family) {
    case 'han2020':
      return { ...common, ...han2020(model, run) };
    case 'glow2026':
      return { ...common, ...glow2026(model, run) };
  }
}

type Run = (name: NetworkName, inputs: readonly Tensor[], expected: Tensor['dims']) => Promise<Tensor>;

function han2020(model: Han2020Description, run: Run): Han2020Networks {
  const { codeChannels, stride } = model;
  return {
    family: 'han2020',
    model,
    encode: (residual) => {
      const [n, , h, w] = residual.dims;
      return run('encoder', [residual], [n, codeChannels, h / stride, w / stride]);
    },
    decode: (code) => {
      const [n, , h, w] = code.dims;
      return run('decoder', [code], [n, 3, h * stride, w * stride]);
    },
    post: (picture) => run('post', [picture], picture.dims),
  };
}

function glow2026(model: Glow2026Description, run: Run): Glow2026Networks {
  return {
    family: 'glow2026',
    model,
    enhance: (picture, noise) => run('enhance', [picture, noise], picture.dims),
  };
}
