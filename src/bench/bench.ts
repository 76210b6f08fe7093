import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { compare, type Comparison } from './comparison.ts';
import { cropRows, type CropRow } from './crops.ts';
import { HdrVdp } from './hdr-vdp.ts';
import { isHere, measurePeer, peerPointName } from './measure-peer.ts';
import { measureOurs, oursName, type Ours } from './ours.ts';
import { PEERS, type Peer } from './peers.ts';
import type { Point } from './point.ts';
import { PointsFile, readPoints } from './points-file.ts';
import { listPictures, Reference } from './reference.ts';
import { reportPage } from './report.ts';

export interface BenchOptions {
  readonly folder: string;
  readonly out: string;
  readonly megapixels: number;
  readonly qualities: readonly number[];
  /** Files of points that others have measured on the same pictures. */
  readonly pointsFiles: readonly string[];
  /** Called before each piece of work; the fraction is 0…1. */
  readonly onProgress: (fraction: number, what: string) => void;
  /** Called for the first point of a peer on a picture that could not be measured; the bench goes on without those. */
  readonly onPeerFailed: (message: string) => void;
}

export interface BenchResult {
  readonly comparison: Comparison;
  /** Peers that were measured here. */
  readonly peers: readonly string[];
  readonly hdrVdp: boolean;
  readonly files: { readonly points: string; readonly report: string };
}

/**
 * Measures our codec and the peers that are on the PATH on every picture of a folder, and writes `points.tsv` and
 * `report.html`. A second run measures only what is missing.
 *
 * @throws BenchError; what `encode` and `decode` throw
 */
export async function bench(ours: Ours, options: BenchOptions): Promise<BenchResult> {
  const pictures = await listPictures(options.folder);
  // Before hours of measuring, not after.
  const given = (await Promise.all(options.pointsFiles.map(readPoints))).flat();
  await mkdir(options.out, { recursive: true });
  const files = { points: join(options.out, 'points.tsv'), report: join(options.out, 'report.html') };
  const points = await PointsFile.open(files.points);
  const here = await Promise.all(PEERS.map(isHere));
  const peers = PEERS.filter((_, i) => here[i]);
  const hdrVdp = await HdrVdp.start();
  try {
    const crops: CropRow[] = [];
    for (const [i, [name, path]] of [...pictures].entries()) {
      const progress = (share: number, what: string): void => {
        options.onProgress((i + share) / pictures.size, `${name}: ${what}`);
      };
      progress(0, 'reference');
      const reference = await Reference.load(name, path, options.megapixels, hdrVdp);
      await measurePicture(reference, ours, peers, points, {
        ...options,
        visible: hdrVdp !== null,
        progress,
      });
      progress(0.95, 'crops');
      crops.push(...(await cropRows(reference, middle(options.qualities), ours)));
    }
    const measured = points.points.filter(({ image }) => pictures.has(image));
    const live = new Set(measured.map(({ codec }) => codec));
    // A peer that was measured here stands for itself, not for what was measured of it elsewhere.
    const comparison = compare(
      [...measured, ...given.filter(({ codec }) => !live.has(codec))],
      oursName(ours),
    );
    await writeFile(files.report, await reportPage(comparison, crops));
    return { comparison, peers: peers.map(({ codec }) => codec), hdrVdp: hdrVdp !== null, files };
  } finally {
    await hdrVdp?.close();
  }
}

interface PictureOptions extends BenchOptions {
  /** Whether HDR-VDP is there: points without it are then measured again. */
  readonly visible: boolean;
  readonly progress: (share: number, what: string) => void;
}

async function measurePicture(
  reference: Reference,
  ours: Ours,
  peers: readonly Peer[],
  points: PointsFile,
  { qualities, visible, progress, onPeerFailed }: PictureOptions,
): Promise<void> {
  const isDone = (point: Point | undefined): boolean =>
    point !== undefined && (!visible || Number.isFinite(point.scores.hdrvdp2));
  const work = qualities.length + peers.reduce((sum, peer) => sum + peer.points.length, 0);
  let done = 0;
  for (const quality of qualities) {
    progress((0.9 * done++) / work, `quality ${quality}`);
    await measureOurs(reference, quality, ours, points, isDone);
  }
  for (const peer of peers) {
    let failures = 0;
    for (const values of peer.points) {
      const point = peerPointName(values);
      progress((0.9 * done++) / work, `${peer.codec} ${point}`);
      if (isDone(points.get({ image: reference.name, codec: peer.codec, point }))) continue;
      try {
        await points.add(await measurePeer(reference, peer, values, ours.parts.jpeg));
      } catch (error) {
        if (failures++ === 0)
          onPeerFailed(`${reference.name}, ${peer.codec} ${point}: ${(error as Error).message}`);
      }
    }
  }
}

const middle = (qualities: readonly number[]): number =>
  [...qualities].sort((a, b) => a - b)[qualities.length >> 1]!;
