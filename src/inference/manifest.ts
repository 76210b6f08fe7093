import * as z from 'zod';
import type { Family, ModelDescription, TileGeometry } from '../codec/networks.ts';
import { ModelError } from './model-error.ts';

/** The networks of a family, in the order in which their digests make the model's. */
export const NETWORK_NAMES = {
  han2020: ['encoder', 'decoder', 'post'],
  glow2026: ['enhance'],
} as const satisfies Record<Family, readonly string[]>;
export type NetworkName = (typeof NETWORK_NAMES)[Family][number];

/** In pixels: tiles are multiples of it in a layered file's header. */
const HEADER_UNIT = 16;

const count = z.int().positive();

/** A path below the models folder: no root, no drive, no way up, nothing a URL would read otherwise. */
const relativePath = z
  .string()
  .regex(/^[\w.-]+(\/[\w.-]+)*$/, 'must be a relative path of plain names')
  .refine((path) => !path.split('/').some((name) => /^\.+$/.test(name)), 'must not lead out of its folder');

const modelFile = z.object({
  path: relativePath,
  sha256: z.string().regex(/^[0-9a-f]{64}$/, 'must be 64 lower-case hexadecimal digits'),
  bytes: count,
});

interface Tiled {
  readonly stride: number;
  readonly tile: number;
  readonly overlap: TileGeometry['overlap'];
}

const halo = z.int().min(0);

/** Tiles are cut along what the networks can see, and in what a layered file's header can say. */
const cutCleanly = [
  ({ stride, tile, overlap }: Tiled) =>
    [tile, ...Object.values(overlap)].every((side) => side % stride === 0 && side % HEADER_UNIT === 0),
  `tile and overlap must be multiples of stride and of ${HEADER_UNIT}`,
] as const;

const han2020 = z
  .object({
    family: z.literal('han2020'),
    files: z.object({ encoder: modelFile, decoder: modelFile, post: modelFile }),
    codeChannels: count,
    stride: count,
    tile: count,
    overlap: z.object({ encoder: halo, decoder: halo, post: halo }),
    trainedOn: z.string(),
  })
  .refine(...cutCleanly);

const glow2026 = z
  .object({
    family: z.literal('glow2026'),
    files: z.object({ enhance: modelFile }),
    stride: count,
    tile: count,
    /** `post` is the halo of `enhance`. */
    overlap: z.object({ encoder: z.literal(0), decoder: z.literal(0), post: halo }),
    trainedOn: z.string(),
  })
  .refine(...cutCleanly);

const model = z.discriminatedUnion('family', [han2020, glow2026]);

const manifest = z
  .object({ default: z.string(), models: z.record(z.string().regex(/^[\w.-]{1,64}$/), model) })
  .refine((value) => Object.hasOwn(value.models, value.default), 'the default model is not among the models');

export type Manifest = z.infer<typeof manifest>;
export type ModelFile = z.infer<typeof modelFile>;

/** A model of the manifest: what the codec must know of it, and where its files are. */
export interface ManifestModel {
  readonly description: ModelDescription;
  /** Those of the model's family, in the order of NETWORK_NAMES. */
  readonly files: ReadonlyMap<NetworkName, ModelFile>;
}

/** Checks `models/manifest.json`, given as its text. Throws ModelError `manifest_invalid`. */
export function parseManifest(text: string): Manifest {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (cause) {
    throw new ModelError('manifest_invalid', 'The model manifest is not JSON.', { cause });
  }
  const parsed = manifest.safeParse(json);
  if (!parsed.success) {
    throw new ModelError(
      'manifest_invalid',
      `The model manifest is invalid: ${z.prettifyError(parsed.error)}`,
      {
        cause: parsed.error,
      },
    );
  }
  return parsed.data;
}

/** The model of this id, or the manifest's default. Throws ModelError `model_unknown`. */
export async function selectModel(manifest: Manifest, id = manifest.default): Promise<ManifestModel> {
  const entry = Object.hasOwn(manifest.models, id) ? manifest.models[id] : undefined;
  if (entry === undefined) {
    const known = Object.keys(manifest.models).join(', ');
    throw new ModelError('model_unknown', `There is no model “${id}”; the manifest names ${known}.`);
  }
  const files = filesOf(entry);
  const common = {
    id,
    digest: await modelDigest([...files.values()]),
    stride: entry.stride,
    geometry: { tile: entry.tile, overlap: entry.overlap },
  };
  switch (entry.family) {
    case 'han2020':
      return { description: { ...common, family: entry.family, codeChannels: entry.codeChannels }, files };
    case 'glow2026':
      return { description: { ...common, family: entry.family }, files };
  }
}

function filesOf({ family, files }: Manifest['models'][string]): Map<NetworkName, ModelFile> {
  const byName: Readonly<Partial<Record<NetworkName, ModelFile>>> = files;
  return new Map(NETWORK_NAMES[family].map((name) => [name, byName[name]!]));
}

/** Checks a model file's length and SHA-256 against the manifest. Throws ModelError `model_file_damaged`. */
export async function checkModelFile(file: ModelFile, bytes: Uint8Array<ArrayBuffer>): Promise<void> {
  const found = bytes.length === file.bytes ? toHex(await sha256(bytes)) : `${bytes.length} bytes`;
  if (found !== file.sha256) {
    throw new ModelError(
      'model_file_damaged',
      `${file.path} is not the file of the manifest: expected ${file.bytes} bytes with SHA-256 ${file.sha256}, found ${found}.`,
    );
  }
}

/** SHA-256 over the files' digests (32 bytes each), in this order: what a layered file's header names. */
async function modelDigest(files: readonly ModelFile[]): Promise<Uint8Array> {
  const digests = new Uint8Array(32 * files.length);
  files.forEach(({ sha256 }, i) => {
    digests.set(fromHex(sha256), 32 * i);
  });
  return sha256(digests);
}

async function sha256(bytes: Uint8Array<ArrayBuffer>): Promise<Uint8Array> {
  // Browsers have it on secure origins alone; what comes over plain HTTP needs its check no less.
  const { subtle } = crypto as Partial<Crypto>;
  if (subtle !== undefined) return new Uint8Array(await subtle.digest('SHA-256', bytes));
  const { sha256: computed } = await import('@noble/hashes/sha2.js');
  return computed(bytes);
}

function fromHex(hex: string): Uint8Array {
  return Uint8Array.from({ length: hex.length / 2 }, (_, i) =>
    Number.parseInt(hex.slice(2 * i, 2 * i + 2), 16),
  );
}

function toHex(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}
