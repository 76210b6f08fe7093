import type { LayeredHeader } from '../../container/index.ts';
import type { FamilyDecoder, FamilyInput } from '../family.ts';
import { fileGeometry } from '../model-check.ts';
import type { Han2020Networks, TileGeometry } from '../networks.ts';
import { padPlanes, type Planes } from '../planes.ts';
import { clampSignals } from '../pq.ts';
import { createCodeContext, decodeLayer, type CodeContext } from './code-coder.ts';
import { postProcess } from './post-processing.ts';
import { decodeResidual } from './residual-coder.ts';

/** Throws CodecError `unreasonable_tiles`. */
export function createHanDecoder(
  input: FamilyInput,
  header: LayeredHeader,
  networks: Han2020Networks,
): FamilyDecoder {
  return new HanDecoder(input, networks, fileGeometry(header, networks.model));
}

/** Adds what the residual decoder makes of each layer's code to the base's prediction. */
class HanDecoder implements FamilyDecoder {
  readonly postProcesses = true;
  readonly #networks: Han2020Networks;
  readonly #geometry: TileGeometry;
  readonly #context: CodeContext;
  /** PQ planes (3, H, W), padded, not clamped: inverse tone-mapped base plus the layers so far. */
  readonly #sum: Planes;

  constructor({ height, width, prediction }: FamilyInput, networks: Han2020Networks, geometry: TileGeometry) {
    const { stride, codeChannels } = networks.model;
    this.#networks = networks;
    this.#geometry = geometry;
    this.#sum = padPlanes({ channels: 3, height, width, data: prediction }, stride);
    this.#context = createCodeContext({
      channels: codeChannels,
      height: this.#sum.height / stride,
      width: this.#sum.width / stride,
    });
  }

  /** A decoder whose `addLayer` was aborted holds a part of a layer and is of no more use. */
  async addLayer(data: Uint8Array, range: number, signal?: AbortSignal): Promise<void> {
    const sum = this.#sum.data;
    const code = decodeLayer(this.#context, data);
    const add = (row: Float32Array, start: number) => {
      for (let i = 0; i < row.length; i++) sum[start + i]! += range * row[i]!;
    };
    await decodeResidual(code, this.#sum, this.#networks, this.#geometry, add, { signal });
  }

  async picture({ post, signal }: { post: boolean; signal?: AbortSignal | undefined }): Promise<Planes> {
    const clamped = { ...this.#sum, data: clampSignals(this.#sum.data) };
    return post ? postProcess(clamped, this.#networks, this.#geometry, { signal }) : clamped;
  }
}
