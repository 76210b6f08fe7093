import { decode, encode, type CodecParts } from '../codec/index.ts';
import { NO_MODEL } from '../codec/model-check.ts';
import { cut, readLayout } from '../container/index.ts';
import type { Point } from './point.ts';
import type { PointsFile } from './points-file.ts';
import type { Reference } from './reference.ts';

/** Our codec as it is set up for a run. */
export interface Ours {
  readonly parts: CodecParts;
  /** As many as the codec does by itself, if absent. */
  readonly layers: number | undefined;
}

/** Our codec's name in points files: by its model, so that two models are two curves. */
export const oursName = ({ parts, layers }: Ours): string =>
  `afterglow-${layers === 0 ? NO_MODEL : (parts.networks?.model.id ?? NO_MODEL)}`;

export const BASE_ALONE = 'layers=0';
const pointName = (quality: number, layers: number): string => `q=${quality},layers=${layers}`;

export const encodeOurs = (
  reference: Reference,
  quality: number,
  { parts, layers }: Ours,
): Promise<Uint8Array> =>
  encode(reference.picture, { quality, nitsPerUnit: 1, ...(layers === undefined ? {} : { layers }) }, parts);

export async function decodeOurs(file: Uint8Array, { parts }: Ours): Promise<Float32Array> {
  const { data, nitsPerUnit } = await decode(file, {}, parts);
  return data.map((v) => v * (nitsPerUnit ?? 1));
}

/**
 * Encodes once and measures every representation that a cut makes of the file, from all layers to none: when the last of
 * them is in the points file, this quality is done.
 */
export async function measureOurs(
  reference: Reference,
  quality: number,
  ours: Ours,
  points: PointsFile,
  isDone: (point: Point | undefined) => boolean,
): Promise<void> {
  const names = { image: reference.name, codec: oursName(ours) };
  if (isDone(points.get({ ...names, point: pointName(quality, 0) }))) return;

  const { result: file, ...encoding } = await timed(() => encodeOurs(reference, quality, ours));
  const layout = readLayout(file);
  const { width, height } = reference.picture;
  for (let layers = layout.kind === 'layered' ? layout.layers.length : 0; layers >= 0; layers--) {
    const point = pointName(quality, layers);
    if (isDone(points.get({ ...names, point }))) continue;
    const sent = cut(file, { hdr: '1', layers });
    const { result: light, ...decoding } = await timed(() => decodeOurs(sent, ours));
    await points.add({
      ...names,
      point,
      width,
      height,
      bytes: sent.length,
      baseBytes: layout.base.length,
      seconds: { encode: encoding.seconds, decode: decoding.seconds },
      cpuSeconds: { encode: encoding.cpuSeconds, decode: decoding.cpuSeconds },
      scores: await reference.score(light),
    });
  }
}

async function timed<T>(work: () => Promise<T>): Promise<{ result: T; seconds: number; cpuSeconds: number }> {
  const [begin, used] = [performance.now(), process.cpuUsage()];
  const result = await work();
  const { user, system } = process.cpuUsage(used);
  return { result, seconds: (performance.now() - begin) / 1000, cpuSeconds: (user + system) / 1e6 };
}
