import {
  checkLayer,
  readBase,
  readLayout,
  shownSize,
  turnedSize,
  type LayeredHeader,
  type LayeredLayout,
} from '../container/index.ts';
import { CodecError } from './errors.ts';
import { createFamilyDecoder } from './families.ts';
import type { FamilyDecoder, RestoreOptions } from './family.ts';
import { applyInverseToneCurve } from './itmo.ts';
import { checkModel, NO_MODEL } from './model-check.ts';
import type { DecodeParts } from './options.ts';
import { PRIMARIES, type Primaries } from './picture.ts';
import type { Planes, Rect } from './planes.ts';
import { turnedRect, turnedWalk, turningBack } from './turn.ts';

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

/**
 * Decodes a layered file layer by layer, as its bytes arrive: after each one there is a picture. Base and layers lie as the base is
 * stored; what comes out is turned as the base's Exif has it, and so lies as every client shows the base.
 */
export class LayeredDecoder {
  readonly header: LayeredHeader;
  /** Pixels of what is decoded; the header's is the size before turning. */
  readonly size: Readonly<Pick<PqPicture, 'width' | 'height'>>;
  readonly #orientation: number;
  readonly #decoder: FamilyDecoder;
  #layers = 0;

  private constructor(layout: LayeredLayout, decoder: FamilyDecoder) {
    this.header = layout.header;
    this.size = shownSize(layout);
    this.#orientation = layout.orientation;
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
    return new LayeredDecoder(layout, await createFamilyDecoder(input, header, modelled));
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
  async restore({ onTile, focus, signal }: TileOptions): Promise<void> {
    const { width, height } = this.header;
    await this.#decoder.restore?.({
      signal,
      ...(focus === undefined ? {} : { focus: async () => this.#stored(await focus()) }),
      onTile: ({ at, planes }) => {
        // Tiles cover the padding, too.
        const within = {
          ...at,
          width: Math.min(at.width, width - at.x),
          height: Math.min(at.height, height - at.y),
        };
        if (within.width <= 0 || within.height <= 0) return;
        const { x, y } = turnedRect(within, this.header, this.#orientation);
        onTile({ x, y, picture: this.#shown(planes, within) });
      },
    });
  }

  /** What is looked at, in the picture as it is stored. */
  #stored(focus: Rect | null): Rect | null {
    return focus && turnedRect(focus, this.size, turningBack(this.#orientation));
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
    return this.#shown(await this.#decoder.picture({ post, signal }), this.header);
  }

  /** The top left of planes (3, H, W), turned. */
  #shown(planes: Planes, stored: Pick<Rect, 'width' | 'height'>): PqPicture {
    const { width, height } = stored;
    const { start, right, down } = turnedWalk(stored, this.#orientation);
    const data = new Float32Array(3 * height * width);
    for (let channel = 0; channel < 3; channel++) {
      for (let y = 0; y < height; y++) {
        const from = (channel * planes.height + y) * planes.width;
        const to = 3 * (start + y * down) + channel;
        for (let x = 0; x < width; x++) data[to + 3 * right * x] = planes.data[from + x]!;
      }
    }
    return {
      ...turnedSize(stored, this.#orientation),
      data,
      primaries: primariesOf(this.header.primaries),
    };
  }
}

function primariesOf(code: number): Primaries {
  const names = Object.keys(PRIMARIES) as Primaries[];
  return names.find((name) => PRIMARIES[name] === code) ?? 'bt709';
}
