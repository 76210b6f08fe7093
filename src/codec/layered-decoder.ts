import { checkLayer, readBase, readLayout, type LayeredHeader } from '../container/index.ts';
import { CodecError } from './errors.ts';
import { createFamilyDecoder } from './families.ts';
import type { FamilyDecoder, RestoreOptions } from './family.ts';
import { applyInverseToneCurve } from './itmo.ts';
import { checkModel, NO_MODEL } from './model-check.ts';
import type { DecodeParts } from './options.ts';
import { PRIMARIES, type Primaries } from './picture.ts';
import type { Planes } from './planes.ts';

/** An HDR picture as a PQ signal (SMPTE ST 2084). */
export interface PqPicture {
  readonly width: number;
  readonly height: number;
  /** (h, w, 3) interleaved R G B, in [0, 1]. */
  readonly data: Float32Array;
  readonly primaries: Primaries;
}

/** A part of a picture that is there before the rest. */
export interface PqTile {
  readonly x: number;
  readonly y: number;
  readonly picture: PqPicture;
}

export interface TileOptions extends Pick<RestoreOptions, 'signal' | 'focus'> {
  readonly onTile: (tile: PqTile) => void;
}

/** Decodes a layered file layer by layer, as its bytes arrive: after each one there is a picture. */
export class LayeredDecoder {
  readonly header: LayeredHeader;
  readonly #decoder: FamilyDecoder;
  #layers = 0;

  private constructor(header: LayeredHeader, decoder: FamilyDecoder) {
    this.header = header;
    this.#decoder = decoder;
  }

  /**
   * @param prefix the file, at least to its header's end
   * @throws ContainerError for damage; CodecError `no_layers` for a file without a whole header, `model_mismatch`,
   *   `unreasonable_tiles`, `base_size_mismatch`; what the JPEG coder throws
   */
  static async create(prefix: Uint8Array, { networks, jpeg }: DecodeParts): Promise<LayeredDecoder> {
    const layout = readLayout(prefix);
    if (layout.kind === 'sdr') {
      throw new CodecError('no_layers', 'The file has no afterglow: it is an SDR JPEG, or cut off too soon.');
    }
    const { header } = layout;
    const { width, height, inverseToneCurve } = header;
    const modelled = networks !== null && header.modelId !== NO_MODEL ? networks : null;
    if (modelled !== null) checkModel(header, modelled.model);

    const bytes = readBase(prefix, layout);
    const base = await jpeg.decode(bytes);
    if (base.width !== width || base.height !== height) {
      throw new CodecError(
        'base_size_mismatch',
        `The base is ${base.width} × ${base.height}, the header says ${width} × ${height}.`,
      );
    }
    const prediction = applyInverseToneCurve(base, inverseToneCurve);
    const input = { width, height, base, jpeg: bytes, inverseToneCurve, prediction };
    return new LayeredDecoder(header, await createFamilyDecoder(input, header, modelled));
  }

  /** Layers decoded so far. */
  get layers(): number {
    return this.#layers;
  }

  /** Whether post-processing changes a picture that has layers. */
  get postProcesses(): boolean {
    return this.#decoder.postProcesses;
  }

  /**
   * Restores the base, which is what the first layer or picture begins with where it has not been done: tile by tile, of which each
   * can be shown as soon as it is there. Tells of none where no network restores the base before its layers. Throws the signal's reason.
   */
  async restore({ onTile, ...watch }: TileOptions): Promise<void> {
    const { width, height, primaries } = this.header;
    await this.#decoder.restore?.({
      ...watch,
      onTile: ({ at, planes }) => {
        // Tiles cover the padding, too.
        const picture = {
          width: Math.min(at.width, width - at.x),
          height: Math.min(at.height, height - at.y),
        };
        if (picture.width <= 0 || picture.height <= 0) return;
        const data = interleave(planes, picture.height, picture.width);
        onTile({ x: at.x, y: at.y, picture: { ...picture, data, primaries: primariesOf(primaries) } });
      },
    });
  }

  /**
   * Adds the file's next layer. A decoder whose `addLayer` was aborted holds a part of a layer and is of no more use.
   *
   * @throws ContainerError `no_such_layer`, `truncated_layer`, `damaged_layer`; CodecError `model_required`
   */
  async addLayer(data: Uint8Array, signal?: AbortSignal): Promise<void> {
    checkLayer(this.header, this.#layers, data);
    const { range } = this.header.layers[this.#layers]!;
    await this.#decoder.addLayer(data, range, signal);
    this.#layers++;
  }

  /** The picture of the layers so far; post-processed by default, where there are networks. */
  async picture({ post = true, signal }: { post?: boolean; signal?: AbortSignal } = {}): Promise<PqPicture> {
    const { width, height, primaries } = this.header;
    const planes = await this.#decoder.picture({ post, signal });
    return {
      width,
      height,
      data: interleave(planes, height, width),
      primaries: primariesOf(primaries),
    };
  }
}

/** The top left (height, width) of planes (3, H, W) → (height, width, 3). */
function interleave(planes: Planes, height: number, width: number): Float32Array {
  const out = new Float32Array(3 * height * width);
  for (let channel = 0; channel < 3; channel++) {
    for (let y = 0; y < height; y++) {
      const from = (channel * planes.height + y) * planes.width;
      const to = 3 * y * width + channel;
      for (let x = 0; x < width; x++) out[to + 3 * x] = planes.data[from + x]!;
    }
  }
  return out;
}

function primariesOf(code: number): Primaries {
  const names = Object.keys(PRIMARIES) as Primaries[];
  return names.find((name) => PRIMARIES[name] === code) ?? 'bt709';
}
