import CRC32 from 'crc-32';
import { CodecError, decode, encode } from '../../src/codec/index.ts';
import { ContainerError, readLayout } from '../../src/container/index.ts';
import { JpegError } from '../../src/inference/jpeg-check.ts';
import { nodeJpegCoder } from '../../src/inference/jpeg-node.ts';
import { identityNetworks } from '../unit/codec/glow2026/identity-networks.ts';
import { linearNetworks } from '../unit/codec/han2020/linear-networks.ts';
import { random, scene } from '../unit/codec/pictures.ts';

/** No single file may take longer to decode. */
const LIMIT_MS = 5000;
/** Mutated headers may claim what they like; what a base may hold is the caller's to bound. */
const MAX_PIXELS = 1 << 20;

export interface CodecFuzzFailure {
  readonly iteration: number;
  readonly message: string;
  /** The file that failed, in hexadecimal. */
  readonly file: string;
}

/**
 * Decodes mutated layered files of every family all the way: base, layers, networks. For any bytes there must be a picture or one
 * of the errors that the codec, the container and the JPEG decoder name, within five seconds.
 *
 * @param iterations number of mutated files
 * @param seed of the mutations; the same seed gives the same files
 */
export async function fuzzCodec(
  iterations: number,
  seed: number,
): Promise<{ executions: number; failures: CodecFuzzFailure[] }> {
  const next = random(seed);
  const jpeg = nodeJpegCoder({ maxPixels: MAX_PIXELS });
  const originals = await Promise.all(
    [linearNetworks(), identityNetworks()].flatMap((networks) =>
      [
        { picture: scene(33, 20), layers: 3 },
        { picture: scene(16, 16), layers: 1 },
        { picture: scene(1, 5), layers: 2 },
        { picture: scene(24, 40), layers: 0 },
      ].map(async ({ picture, layers }) => {
        const parts = { networks, jpeg };
        return { file: await encode(picture, { layers, quality: 50 }, parts), parts };
      }),
    ),
  );
  const failures: CodecFuzzFailure[] = [];
  for (let iteration = 0; iteration < iterations; iteration++) {
    const { file: original, parts } = originals[Math.floor(next() * originals.length)]!;
    const file = mutate(original, next);
    const start = performance.now();
    let message: string | null = null;
    try {
      const { width, height, data } = await decode(file, {}, parts);
      if (data.length !== 3 * width * height) message = `${data.length} samples of ${width} × ${height}`;
      else if (!data.every(Number.isFinite)) message = 'samples that are not finite';
    } catch (error) {
      const named = [CodecError, ContainerError, JpegError].some((kind) => error instanceof kind);
      if (!named) message = error instanceof Error ? (error.stack ?? error.message) : String(error);
    }
    const spent = performance.now() - start;
    if (spent > LIMIT_MS) message ??= `took ${Math.round(spent)} ms`;
    if (message !== null) failures.push({ iteration, message, file: Buffer.from(file).toString('hex') });
  }
  return { executions: iterations, failures };
}

/** Flips, overwrites, cuts, removes or repeats bytes; half of the time with the checksums of the layers made right again. */
function mutate(original: Uint8Array, next: () => number): Uint8Array {
  let file = Uint8Array.from(original);
  const at = () => Math.floor(next() * file.length);
  // Most of a file is base; what follows it is at least as interesting.
  const { base } = readLayout(original);
  const late = () => base.length + Math.floor(next() * (file.length - base.length));
  for (let n = 1 + Math.floor(next() * 3); n > 0; n--) {
    const where = next() < 0.5 ? at() : Math.min(late(), file.length - 1);
    switch (Math.floor(next() * 5)) {
      case 0:
        file[where]! ^= 1 << Math.floor(next() * 8);
        break;
      case 1:
        file[where] = Math.floor(next() * 256);
        break;
      case 2:
        file = file.slice(0, where + 1);
        break;
      case 3:
        file = Uint8Array.from([
          ...file.subarray(0, where),
          ...file.subarray(where + 1 + Math.floor(next() * 8)),
        ]);
        break;
      default:
        file = Uint8Array.from([...file.subarray(0, where), ...file.subarray(at() & ~7, where)]);
    }
    if (file.length === 0) file = Uint8Array.of(0xff);
  }
  return next() < 0.5 ? file : mutateLayers(original, next);
}

/** Other bytes in the layers and values in the header, behind checksums that hold: these reach the entropy decoder. */
function mutateLayers(original: Uint8Array, next: () => number): Uint8Array {
  const file = Uint8Array.from(original);
  const layout = readLayout(original);
  if (layout.kind === 'sdr') return file;
  const { offset, length } = layout.headerBox;
  const box = file.subarray(offset, offset + length);
  for (const [k, layer] of layout.layers.entries()) {
    const data = file.subarray(layer.offset, layer.offset + layer.length);
    const changes = Math.floor(next() * 3);
    for (let n = 0; n < changes; n++) data[Math.floor(next() * data.length)] = Math.floor(next() * 256);
    replace(box, bigEndian(layout.header.layers[k]!.crc32), bigEndian(CRC32.buf(data)));
  }
  const changes = Math.floor(next() * 3);
  for (let n = 0; n < changes; n++) box[24 + Math.floor(next() * (length - 28))] = Math.floor(next() * 256);
  box.set(bigEndian(CRC32.buf(box.subarray(0, length - 4))), length - 4);
  return file;
}

function bigEndian(value: number): Uint8Array {
  return Uint8Array.of(value >>> 24, value >>> 16, value >>> 8, value);
}

/** The first occurrence of `from` in `bytes` becomes `to`. */
function replace(bytes: Uint8Array, from: Uint8Array, to: Uint8Array): void {
  const at = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).indexOf(from);
  if (at >= 0) bytes.set(to, at);
}
