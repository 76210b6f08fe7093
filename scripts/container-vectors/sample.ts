/** The layered file that the container's vectors are made from: the example of FORMAT.md. */
import sharp from 'sharp';
import { writeLayered } from '../../src/container/index.ts';

export const WIDTH = 16;
export const HEIGHT = 8;
const gradient = Array.from(
  { length: WIDTH * HEIGHT },
  (_, i) => 8 * (i % WIDTH) + 8 * Math.trunc(i / WIDTH),
);
const picture = () =>
  sharp(Uint8Array.from(gradient), { raw: { width: WIDTH, height: HEIGHT, channels: 1 } }).toColourspace(
    'b-w',
  );
export const base = await picture().jpeg({ quality: 50 }).toBuffer();
/** The same, to be shown upright by a quarter turn to the right: an Exif segment says so, and nothing else. */
export const turned = Buffer.concat([
  base.subarray(0, 2),
  Buffer.from('ffe10022457869660000', 'hex'),
  Buffer.from('4d4d002a00000008' + '0001' + '011200030000000100060000' + '00000000', 'hex'),
  base.subarray(2),
]);
export const progressive = await picture().jpeg({ quality: 70, progressive: true }).toBuffer();

export const header = {
  modelId: 'han2020',
  modelDigest: Uint8Array.from({ length: 32 }, (_, i) => i),
  width: WIDTH,
  height: HEIGHT,
  primaries: 1,
  nitsPerUnit: 100,
  headroom: 2.5,
  inverseToneCurve: [
    Uint16Array.of(1000, 9000, 20000, 31100),
    Uint16Array.of(0, 65535),
    Uint16Array.of(500, 400, 300),
  ] as const,
  tile: { core: 512, encoder: 32, decoder: 48, post: 64 },
};
export const layers = [
  { data: Buffer.from('first layer'), range: 0.125 },
  { data: Buffer.from('the second'), range: 0.0625 },
];
export const gainMap = Buffer.from('gain map');
export const file = Buffer.from(writeLayered({ base, header, layers, gainMap }));

/** Where its header box begins, and where the first layer does. */
export const box = base.length;
export const layer1 = file.length - 11 - 10 - 8;
export const boxBytes = layer1 - box;
