import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as ort from 'onnxruntime-node';
import { checkModelFile, parseManifest, selectModel, type ModelFile, type NetworkName } from './manifest.ts';
import { ModelError } from './model-error.ts';
import { sessionNetworks, type LoadedNetworks } from './session-networks.ts';

export type { LoadedNetworks } from './session-networks.ts';

/** Execution providers of onnxruntime-node that Afterglow knows, the fastest first. */
export const PROVIDERS = ['cuda', 'webgpu', 'cpu'] as const;
export type Provider = (typeof PROVIDERS)[number];

export interface LoadOptions {
  /** The folder of `manifest.json`. */
  readonly modelsFolder: string;
  /** Id in the manifest; its default if absent. */
  readonly model?: string | undefined;
  /** Tried one after the other: the first on which all sessions can be created is used. */
  readonly providers?: readonly Provider[] | undefined;
  /** Threads inside one operator, on the CPU; ONNX Runtime's own choice if absent. */
  readonly threads?: number | undefined;
  /** Told of each provider that could not be used, and why. */
  readonly onUnavailable?: ((provider: Provider, cause: unknown) => void) | undefined;
}

type Sessions = ReadonlyMap<NetworkName, ort.InferenceSession>;

/**
 * Loads a model's networks into ONNX Runtime. Throws ModelError: `manifest_invalid`, `model_unknown`, `model_file_missing`,
 * `model_file_damaged`, `provider_unknown`, `provider_unavailable`.
 */
export async function loadNetworks(options: LoadOptions): Promise<LoadedNetworks> {
  const providers = options.providers ?? PROVIDERS;
  for (const provider of providers) assertProvider(provider);

  const manifest = parseManifest(
    new TextDecoder().decode(await readModelFile(options.modelsFolder, 'manifest.json')),
  );
  const { description, files } = await selectModel(manifest, options.model);
  const networks = await Promise.all(
    Array.from(files, async ([name, file]) => [name, await readChecked(options.modelsFolder, file)] as const),
  );

  // Whatever ONNX Runtime would print of a provider that is absent, the error that it throws says too.
  ort.env.logLevel = 'fatal';
  for (const provider of providers) {
    try {
      const sessions = await createSessions(networks, provider, options.threads);
      return sessionNetworks(ort, sessions, description, provider);
    } catch (cause) {
      options.onUnavailable?.(provider, cause);
    }
  }
  throw new ModelError(
    'provider_unavailable',
    `No execution provider can be used of: ${providers.join(', ')}.`,
  );
}

/** Narrows a configured name. Throws ModelError `provider_unknown`. */
export function assertProvider(name: string): asserts name is Provider {
  if (!(PROVIDERS as readonly string[]).includes(name)) {
    throw new ModelError(
      'provider_unknown',
      `There is no execution provider “${name}”; known are ${PROVIDERS.join(', ')}.`,
    );
  }
}

async function createSessions(
  networks: readonly (readonly [NetworkName, Uint8Array])[],
  provider: Provider,
  threads: number | undefined,
): Promise<Sessions> {
  const sessions = new Map<NetworkName, ort.InferenceSession>();
  try {
    for (const [name, network] of networks) {
      const session = await ort.InferenceSession.create(network, {
        executionProviders: [provider],
        // It would keep what the largest tile took; without it a tile takes no longer.
        enableCpuMemArena: false,
        ...(threads === undefined ? {} : { intraOpNumThreads: threads }),
      });
      sessions.set(name, session);
    }
    return sessions;
  } catch (error) {
    await Promise.all([...sessions.values()].map((session) => session.release()));
    throw error;
  }
}

async function readChecked(folder: string, file: ModelFile): Promise<Uint8Array> {
  const bytes = await readModelFile(folder, file.path);
  await checkModelFile(file, bytes);
  return bytes;
}

async function readModelFile(folder: string, path: string): Promise<Uint8Array<ArrayBuffer>> {
  try {
    return new Uint8Array(await readFile(join(folder, path)));
  } catch (cause) {
    throw new ModelError('model_file_missing', `The model file ${path} cannot be read.`, { cause });
  }
}
