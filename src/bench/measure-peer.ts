import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { JpegCoder } from '../codec/jpeg-coder.ts';
import type { SdrPicture } from '../codec/picture.ts';
import { reinhard } from '../codec/tmo-reinhard.ts';
import { findEndOfImage, jpegSegments } from '../container/index.ts';
import { EXCHANGES } from './exchange.ts';
import type { Peer } from './peers.ts';
import type { Point } from './point.ts';
import { findProgram, runProgram } from './program.ts';
import type { Reference } from './reference.ts';

/** Whether both of a peer's programs are on the PATH. */
export async function isHere({ encode, decode }: Peer): Promise<boolean> {
  const programs = [encode, decode].map((command) => findProgram(command.split(' ')[0]!));
  return (await Promise.all(programs)).every((path) => path !== null);
}

export const peerPointName = (options: Peer['points'][number]): string =>
  Object.entries(options)
    .map(([name, value]) => `${name}=${value}`)
    .join(',');

/** Encodes and decodes a picture with a peer's programs. @throws BenchError `peer_failed` */
export async function measurePeer(
  reference: Reference,
  peer: Peer,
  options: Peer['points'][number],
  jpeg: JpegCoder,
): Promise<Point> {
  const folder = await mkdtemp(join(tmpdir(), 'afterglow-peer-'));
  try {
    const { picture } = reference;
    const { width, height } = picture;
    const [source, target] = [EXCHANGES[peer.input], EXCHANGES[peer.output]];
    const files = {
      source: join(folder, `source.${source.extension}`),
      coded: join(folder, `coded.${peer.extension}`),
      decoded: join(folder, `decoded.${target.extension}`),
      ...(await writeSdr(folder, peer.encode, reinhard(picture), options.q ?? 100, jpeg)),
    };
    await source.write(files.source, picture);
    const values = { ...options, ...files, w: width, h: height };
    const encode = await runProgram(
      fill(peer.encode, { ...values, in: files.source, out: files.coded }),
      folder,
      files.coded,
    );
    const decode = await runProgram(
      fill(peer.decode, { ...values, in: files.coded, out: files.decoded }),
      folder,
      files.decoded,
    );
    return {
      image: reference.name,
      codec: peer.codec,
      point: peerPointName(options),
      width,
      height,
      bytes: (await stat(files.coded)).size,
      baseBytes: baseBytes(await readFile(files.coded)),
      seconds: { encode, decode },
      // Node does not say what a child process has used.
      cpuSeconds: { encode: Number.NaN, decode: Number.NaN },
      scores: await reference.score(await target.read(files.decoded, picture)),
    };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Writes those forms of the SDR base that a command names. */
async function writeSdr(
  folder: string,
  command: string,
  sdr: SdrPicture,
  quality: number,
  jpeg: JpegCoder,
): Promise<Record<string, string>> {
  const { width, height, data } = sdr;
  const forms: Record<string, () => Uint8Array | Promise<Uint8Array>> = {
    sdr: () => Buffer.concat([Buffer.from(`P6\n${width} ${height}\n255\n`), data]),
    sdrRgba: () =>
      Uint8Array.from({ length: width * height * 4 }, (_, i) =>
        i % 4 === 3 ? 255 : data[Math.floor(i / 4) * 3 + (i % 4)]!,
      ),
    sdrJpeg: () => jpeg.encode(sdr, { quality, chroma: '4:2:0' }),
  };
  const files: Record<string, string> = {};
  for (const [name, make] of Object.entries(forms)) {
    if (!command.includes(`{${name}}`)) continue;
    files[name] = join(folder, name);
    await writeFile(files[name], await make());
  }
  return files;
}

/** Each word of the command by itself, so that no file's name can be two. */
function fill(command: string, values: Readonly<Record<string, string | number>>): string[] {
  return command
    .split(' ')
    .map((word) => word.replace(/\{(\w+)\}/g, (token, name: string) => String(values[name] ?? token)));
}

/** Application segments in which JPEG XT keeps its layers (ISO/IEC 18477-3, annex B). */
const APP11 = 0xeb;

/** What an SDR viewer needs of a file that begins with a JPEG. */
function baseBytes(coded: Uint8Array): number | null {
  if (coded[0] !== 0xff || coded[1] !== 0xd8) return null;
  const segments = [...jpegSegments(coded)];
  const layers = segments.filter(({ marker }) => marker === APP11);
  return findEndOfImage(coded) - layers.reduce((sum, { offset, end }) => sum + end - offset, 0);
}
