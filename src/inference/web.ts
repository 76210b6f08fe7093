import { parseManifest, selectModel, type NetworkName } from './manifest.ts';
import { ModelError } from './model-error.ts';
import { fetchModelFile } from './model-store.ts';
import { sessionNetworks, type LoadedNetworks, type OrtSession } from './session-networks.ts';
import { loadRuntime, WEB_PROVIDERS, type WebProvider, type WebRuntime } from './web-runtime.ts';

export type { LoadedNetworks } from './session-networks.ts';
export { WEB_PROVIDERS, type WebProvider } from './web-runtime.ts';

export interface WebLoadOptions {
  /** Where `manifest.json` is served: an absolute URL that ends in a slash. */
  readonly modelsUrl: string;
  /** Where onnxruntime-web's `.wasm` and `.mjs` files are served: an absolute URL that ends in a slash. */
  readonly runtimeUrl: string;
  /** Id in the manifest; its default if absent. */
  readonly model?: string | undefined;
  /** The digest that the model must have (`ModelDescription.digest`), so that a wrong one is not downloaded. */
  readonly digest?: Uint8Array | undefined;
  /** Tried one after the other: the first on which the sessions can be created is used. */
  readonly executionProviders?: readonly WebProvider[] | undefined;
  /** Told of each provider that could not be used, and why. */
  readonly onUnavailable?: ((provider: WebProvider, cause: unknown) => void) | undefined;
}

type WebSession = OrtSession<InstanceType<WebRuntime['Tensor']>>;

/** What showing a picture does not need: it is downloaded when it is first run. */
const LAZY: readonly NetworkName[] = ['encoder'];

/**
 * Loads a model's networks into ONNX Runtime's web build, han2020's encoder when it is first run. Throws ModelError: `manifest_invalid`, `model_unknown`, `model_file_missing`,
 * `model_file_damaged`, `provider_unavailable`.
 */
export async function loadNetworks(options: WebLoadOptions): Promise<LoadedNetworks> {
  const { modelsUrl, digest, executionProviders = WEB_PROVIDERS } = options;
  const manifest = parseManifest(new TextDecoder().decode(await download(modelsUrl, 'manifest.json')));
  const { description, files } = await selectModel(manifest, options.model);
  if (digest !== undefined && description.digest.join() !== digest.join()) {
    throw new ModelError(
      'model_unknown',
      `The model “${description.id}” that is served here is not the one that made the layers.`,
    );
  }
  const eager = Array.from(files).filter(([name]) => !LAZY.includes(name));
  const [networks, { runtime, providers }] = await Promise.all([
    Promise.all(
      eager.map(
        async ([name, file]) => [name, await fetchModelFile(modelsUrl, description.id, file)] as const,
      ),
    ),
    loadRuntime(executionProviders, options.runtimeUrl),
  ]);

  for (const provider of providers) {
    try {
      const sessions = await createSessions(runtime, provider, networks);
      for (const name of LAZY) {
        const file = files.get(name);
        if (file === undefined) continue;
        const create = async () =>
          createSession(runtime, provider, await fetchModelFile(modelsUrl, description.id, file));
        sessions.set(name, lazySession(create));
      }
      return sessionNetworks(runtime, sessions, description, provider);
    } catch (cause) {
      options.onUnavailable?.(provider, cause);
    }
  }
  throw new ModelError(
    'provider_unavailable',
    `No execution provider can be used here of: ${executionProviders.join(', ')}.`,
  );
}

function createSession(runtime: WebRuntime, provider: WebProvider, network: Uint8Array): Promise<WebSession> {
  return runtime.InferenceSession.create(network, { executionProviders: [provider] });
}

/** A session for each of these networks, or none. */
async function createSessions(
  runtime: WebRuntime,
  provider: WebProvider,
  networks: readonly (readonly [NetworkName, Uint8Array])[],
): Promise<Map<NetworkName, WebSession>> {
  const sessions = new Map<NetworkName, WebSession>();
  try {
    for (const [name, network] of networks) {
      sessions.set(name, await createSession(runtime, provider, network));
    }
    return sessions;
  } catch (error) {
    await Promise.all([...sessions.values()].map((session) => session.release()));
    throw error;
  }
}

/** A session that is created by its first run. */
function lazySession(create: () => Promise<WebSession>): WebSession {
  let session: Promise<WebSession> | undefined;
  return {
    run: async (feeds) => (await (session ??= create())).run(feeds),
    release: async () => {
      // One that could not be created holds nothing.
      const created = await session?.catch(() => undefined);
      await created?.release();
    },
  };
}

/** Asks the server whether a cached copy is still the right one: the manifest changes under its name. */
async function download(modelsUrl: string, path: string): Promise<Uint8Array<ArrayBuffer>> {
  try {
    const response = await fetch(new URL(path, modelsUrl), { cache: 'no-cache' });
    if (!response.ok) throw new Error(`${response.status} ${response.statusText}`);
    return new Uint8Array(await response.arrayBuffer());
  } catch (cause) {
    throw new ModelError('model_file_missing', `The model file ${path} cannot be fetched.`, { cause });
  }
}
