import { Option } from 'commander';
import type { Provider } from '../inference/node.ts';
import { listOf } from './arguments.ts';

/** As `PROVIDERS` of the inference room, which is not imported before it is needed. */
const PROVIDER_NAMES = ['cuda', 'webgpu', 'cpu'] as const satisfies readonly Provider[];

/**
 * The CPU by default: trying GPU providers takes time for one picture, and WebGPU's prints warnings of its own, past every
 * log level, on machines without Vulkan.
 */
export function providersOption(): Option {
  const option = new Option(
    '--providers <list>',
    `ONNX Runtime's, tried in this order: ${PROVIDER_NAMES.join(',')}`,
  )
    .argParser(listOf(PROVIDER_NAMES))
    .default(['cpu'] satisfies Provider[], 'cpu');
  return process.env.EXECUTION_PROVIDERS ? option.env('EXECUTION_PROVIDERS') : option;
}
