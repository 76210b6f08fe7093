import { lumaQuantisation, type LayeredHeader } from '../../container/index.ts';
import type { BaseLayer } from '../base-layer.ts';
import type { FamilyDecoder, FamilyInput, RestoreOptions } from '../family.ts';
import type { CodedLayer, LayerOptions } from '../layers.ts';
import { fileGeometry } from '../model-check.ts';
import type { Glow2026Networks } from '../networks.ts';
import { cutRect, paddedSize, padPlanes, type Planes } from '../planes.ts';
import { chooseBoosts } from './boosts.ts';
import { transform } from './blocks.ts';
import { addDifferences, luminancePlane, takeDifferences } from './differences.ts';
import { enhanceBase, plainBase } from './enhance.ts';
import { LayerStream } from './layer-stream.ts';
import { quantise } from './quantiser.ts';
import { stepRule } from './step-rule.ts';

/** Sides are padded to this: 8 × 8 blocks of the colour differences, which have half the resolution. */
const UNIT = 16;

/** A leading layer is left out that has fewer coefficients than one in so many. */
const SPARSEST = 2048;

/**
 * The layers of a base: what the enhancement network leaves of the picture, as DCT coefficients whose step halves with
 * every layer. The last layer's step follows from the quality; leading layers that would say next to nothing are left out.
 */
export async function codeGlowLayers(
  base: BaseLayer,
  options: LayerOptions,
  networks: Glow2026Networks,
): Promise<CodedLayer[]> {
  const { signal, onProgress } = options;
  const step = meanStep(base.jpeg);
  const watch = { signal, onProgress: (fraction: number) => onProgress?.(1, fraction / 2) };
  const { geometry } = networks.model;
  const prediction = await enhanceBase(
    base.decoded,
    base.inverseToneCurve,
    step,
    UNIT,
    networks,
    geometry,
    watch,
  );
  const { height, width } = base;
  const reference = padPlanes({ channels: 3, height, width, data: base.reference }, UNIT);
  const differences = takeDifferences(reference, prediction);
  const planes = [
    transform(differences.luminance, prediction.height, prediction.width),
    transform(differences.red, prediction.height / 2, prediction.width / 2),
    transform(differences.blue, prediction.height / 2, prediction.width / 2),
  ];
  const rule = stepRule((8 * base.jpeg.length) / (height * width));
  const stream = new LayerStream(base.decoded, prediction);
  stream.boosts = chooseBoosts(
    planes[0]!,
    stream.stepsOf(prediction, Math.fround(finalStep(options.quality)), rule)[0]!,
    luminancePlane(reference),
    luminancePlane(prediction),
    base.jpeg.length,
  );
  const coded: CodedLayer[] = [];
  for (let layer = 1; layer <= options.layers; layer++) {
    signal?.throwIfAborted();
    const range = Math.fround(finalStep(options.quality) * 2 ** (options.layers - layer));
    const steps = stream.stepsOf(prediction, range, rule);
    const values = planes.map((blocks, i) => quantise(blocks, stream.levels[i]!, steps[i]!));
    // What leading layers would say is next to nothing: the first layer that says more says it with them.
    const says =
      coded.length > 0 ||
      countNonZero(values) >= (layer < options.layers ? planes[0]!.data.length / SPARSEST : 1);
    if (says) coded.push({ data: stream.write(values, range, rule), range });
    onProgress?.(layer, 1);
  }
  return coded;
}

/** Decodes layer by layer: after each there is a picture. */
export function createGlowDecoder(
  { base, jpeg }: FamilyInput,
  header: LayeredHeader,
  networks: Glow2026Networks,
): Promise<FamilyDecoder> {
  const geometry = fileGeometry(header, networks.model);
  let prediction: Promise<Planes> | undefined;
  let stream: LayerStream | undefined;
  /** Begun once; what failed or was aborted is begun again by whoever asks next. */
  const predict = ({ onTile, ...watch }: RestoreOptions): Promise<Planes> => {
    if (prediction !== undefined) return prediction;
    const begun = enhanceBase(base, header.inverseToneCurve, meanStep(jpeg), UNIT, networks, geometry, {
      ...watch,
      onTile: (at, restored) => onTile?.({ at, planes: cutRect(restored, at) }),
    });
    begun.catch(() => {
      prediction = undefined;
    });
    prediction = begun;
    return begun;
  };
  return Promise.resolve({
    // The network restores the base, before any layer.
    postProcesses: false,
    async restore(options) {
      await predict(options);
    },
    // What it says is arithmetic code, whose contexts are the base's and its own: it needs no prediction.
    addLayer(data, range, signal) {
      signal?.throwIfAborted();
      stream ??= new LayerStream(base, paddedSize(base, UNIT));
      stream.read(data, range);
      return Promise.resolve();
    },
    async picture({ post, signal }) {
      if (stream === undefined && !post) return plainBase(base, header.inverseToneCurve, UNIT);
      const from = await predict({ signal });
      return stream === undefined ? from : addDifferences(from, stream.differences(from));
    },
  });
}

/**
 * Luminance step of the last layer for a quality of 1…100, as a difference of PQ values: it halves every 18 points,
 * every 8 above 80, where little else is left to spend bytes on, and every 4 above 95, so that 100 keeps colours, too.
 */
export function finalStep(quality: number): number {
  const halvings = (Math.min(quality, 80) - 80) / 18 + Math.max(0, Math.min(quality, 95) - 80) / 8;
  return 0.01 * 2 ** -(halvings + Math.max(0, quality - 95) / 4);
}

function countNonZero(values: readonly Int16Array[]): number {
  return values.reduce(
    (sum, plane) => sum + plane.reduce((count, value) => count + Number(value !== 0), 0),
    0,
  );
}

/** Mean of the steps of a JPEG's luma, code values. */
function meanStep(jpeg: Uint8Array): number {
  const table = lumaQuantisation(jpeg);
  return table.reduce((sum, step) => sum + step, 0) / table.length;
}
