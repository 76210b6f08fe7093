import { checkLayer, readBase, readLayout, type LayeredHeader } from '../container/index.ts';
import { CodecError } from './errors.ts';
import { createCodeContext, decodeLayer, type CodeContext } from './entropy/index.ts';
import { applyInverseToneCurve } from './itmo.ts';
import { checkModel, fileGeometry, NO_MODEL } from './model-check.ts';
import type { Networks, TileGeometry } from './networks.ts';
import type { DecodeParts } from './options.ts';
import { PRIMARIES, type Primaries } from './picture.ts';
import { createPlanes, padPlanes, type Planes } from './planes.ts';
import { clampSignal, postProcess } from './post-processing.ts';
import { decodeResidual } from './residual-coder.ts';

/** An HDR picture as a PQ signal (SMPTE ST 2084). */
export interface PqPicture {
  readonly width: number;
  readonly height: number;
  /** (h, w, 3) interleaved R G B, in [0, 1]. */
  readonly data: Float32Array;
  readonly primaries: Primaries;
}

/** The networks and what follows from them for one file. */
interface Model {
  readonly networks: Networks;
  readonly geometry: TileGeometry;
  readonly context: CodeContext;
}

/** Without a model nothing is coded, but a picture is padded all the same. */
const STRIDE = 16;

/** Decodes a layered file layer by layer, as its bytes arrive: after each one there is a picture. */
export class LayeredDecoder {
  readonly header: LayeredHeader;
  readonly #model: Model | null;
  /** PQ planes (3, H, W), padded, not clamped: inverse tone-mapped base plus the layers so far. */
  readonly #sum: Planes;
  #layers = 0;

  private constructor(header: LayeredHeader, sum: Planes, model: Model | null) {
    this.header = header;
    this.#sum = sum;
    this.#model = model;
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
    const { width, height } = header;
    const modelled = networks !== null && header.modelId !== NO_MODEL ? networks : null;
    if (modelled !== null) checkModel(header, modelled.model);
    const geometry = modelled && fileGeometry(header, modelled.model);

    const base = await jpeg.decode(readBase(prefix, layout));
    if (base.width !== width || base.height !== height) {
      throw new CodecError(
        'base_size_mismatch',
        `The base is ${base.width} × ${base.height}, the header says ${width} × ${height}.`,
      );
    }
    const prediction = applyInverseToneCurve(base, header.inverseToneCurve);
    const stride = modelled?.model.stride ?? STRIDE;
    const sum = padPlanes({ channels: 3, height, width, data: prediction }, stride);
    if (modelled === null || geometry === null) return new LayeredDecoder(header, sum, null);
    const context = createCodeContext({
      channels: modelled.model.codeChannels,
      height: sum.height / stride,
      width: sum.width / stride,
    });
    return new LayeredDecoder(header, sum, { networks: modelled, geometry, context });
  }

  /** Layers decoded so far. */
  get layers(): number {
    return this.#layers;
  }

  /**
   * Adds the file's next layer. A decoder whose `addLayer` was aborted holds a part of a layer and is of no more use.
   *
   * @throws ContainerError `no_such_layer`, `truncated_layer`, `damaged_layer`; CodecError `model_required`
   */
  async addLayer(data: Uint8Array, signal?: AbortSignal): Promise<void> {
    checkLayer(this.header, this.#layers, data);
    if (this.#model === null) {
      throw new CodecError('model_required', `Layers need the model ${this.header.modelId}.`);
    }
    const { networks, geometry, context } = this.#model;
    const { range } = this.header.layers[this.#layers]!;
    const sum = this.#sum.data;
    const add = (row: Float32Array, start: number) => {
      for (let i = 0; i < row.length; i++) sum[start + i]! += range * row[i]!;
    };
    await decodeResidual(decodeLayer(context, data), this.#sum, networks, geometry, add, { signal });
    this.#layers++;
  }

  /** The picture of the layers so far; post-processed by default, where there are networks. */
  async picture({ post = true, signal }: { post?: boolean; signal?: AbortSignal } = {}): Promise<PqPicture> {
    const { channels, height, width, data } = this.#sum;
    const clamped = createPlanes(channels, height, width);
    for (let i = 0; i < data.length; i++) clamped.data[i] = clampSignal(data[i]!);
    const planes =
      post && this.#model !== null
        ? await postProcess(clamped, this.#model.networks, this.#model.geometry, { signal })
        : clamped;
    return {
      width: this.header.width,
      height: this.header.height,
      data: interleave(planes, this.header.height, this.header.width),
      primaries: primariesOf(this.header.primaries),
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
