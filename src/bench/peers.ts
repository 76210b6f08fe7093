import type { EXCHANGES } from './exchange.ts';

/**
 * Another codec's command-line programs. In the commands {in} and {out} are files, {w} and {h} the size in pixels, {sdr} the
 * SDR base as PPM, {sdrRgba} as raw RGBA, {sdrJpeg} as a JPEG of quality {q}; all else is a number of a point.
 */
export interface Peer {
  readonly codec: string;
  readonly input: keyof typeof EXCHANGES;
  readonly encode: string;
  readonly decode: string;
  readonly output: keyof typeof EXCHANGES;
  readonly extension: string;
  readonly points: readonly Readonly<Record<string, number>>[];
}

/** JPEG XT's reference software, ISO/IEC 18477-7; the base is the given SDR picture, 4:2:0. */
const jpegXt = (codec: string, options: string, points: Peer['points']): Peer => ({
  codec,
  input: 'pfmTopDown',
  encode: `jpeg -r -h ${options} -q {q} -Q {Q} -s 1x1,2x2,2x2 -ldr {sdr} {in} {out}`,
  decode: 'jpeg {in} {out}',
  output: 'pfmTopDown',
  extension: 'jpg',
  points,
});

/** libultrahdr's sample program. */
const ultraHdr = (codec: string, options: string, points: Peer['points']): Peer => ({
  codec,
  input: 'half203',
  encode: `ultrahdr_app -m 0 -p {in} -a 4 -C 0 -t 0 -w {w} -h {h} ${options} -Q {Q} -D 1 -z {out}`,
  decode: 'ultrahdr_app -m 1 -j {in} -o 0 -O 4 -z {out}',
  output: 'half203',
  extension: 'jpg',
  points,
});

/** The values of `q` and `Q`, one pair a point. */
const pairs = (...values: readonly (readonly [number, number])[]): Peer['points'] =>
  values.map(([q, Q]) => ({ q, Q }));

const GIVEN_BASE = pairs([10, 10], [10, 30], [15, 50], [20, 70], [30, 80], [40, 88], [60, 93], [85, 97]);

/** Each is measured where its programs are on the PATH. */
export const PEERS: readonly Peer[] = [
  jpegXt(
    'jxt_a',
    '-ol -profile a',
    pairs([10, 5], [20, 10], [10, 20], [30, 20], [30, 40], [50, 60], [30, 85], [70, 85], [90, 90]),
  ),
  jpegXt(
    'jxt_b',
    '-ol -profile b',
    pairs([10, 5], [10, 20], [20, 40], [30, 40], [50, 40], [70, 60], [85, 60], [95, 80], [97, 95]),
  ),
  jpegXt(
    'jxt_c',
    '-profile c -sr 1x1,2x2,2x2',
    pairs([10, 5], [10, 20], [10, 80], [30, 80], [50, 80], [70, 80], [85, 80], [95, 80]),
  ),
  jpegXt(
    'jxt_c_r4',
    '-profile c -rR 4',
    pairs([30, 5], [50, 5], [10, 40], [10, 60], [10, 80], [50, 80], [10, 95]),
  ),
  ultraHdr(
    'uhdr_api0',
    '-M 1 -s 1 -q {q}',
    pairs([10, 50], [25, 60], [45, 75], [65, 85], [80, 90], [92, 95], [98, 98]),
  ),
  ultraHdr(
    'uhdr_api1_phone',
    '-y {sdrRgba} -b 3 -c 0 -M 0 -s 4 -q {q}',
    pairs([10, 75], [25, 75], [45, 75], [65, 80], [85, 85], [97, 90]),
  ),
  ultraHdr('uhdr_api3', '-i {sdrJpeg} -c 0 -M 0 -s 1', GIVEN_BASE),
  ultraHdr('uhdr_api3c', '-i {sdrJpeg} -c 0 -M 1 -s 1', GIVEN_BASE),
  {
    codec: 'jxl',
    input: 'pngPq2020',
    encode: 'cjxl -d {d} -e 7 -x color_space=RGB_D65_202_Rel_PeQ {in} {out}',
    decode: 'djxl {in} {out} --color_space=RGB_D65_202_Rel_PeQ --bits_per_sample=16',
    output: 'pngPq2020',
    extension: 'jxl',
    points: [14, 8, 5, 3, 1.8, 1, 0.6, 0.3].map((d) => ({ d })),
  },
  {
    codec: 'avif444',
    input: 'pngPq2020',
    encode:
      'avifenc -s 6 -j 1 -d 10 -y 444 --cicp 9/16/9 --min 0 --max 63 -a end-usage=q -a cq-level={cq} {in} {out}',
    decode: 'avifdec -j 1 -d 16 {in} {out}',
    output: 'pngPq2020',
    extension: 'avif',
    points: [56, 42, 31, 22, 14, 8, 3].map((cq) => ({ cq })),
  },
];
