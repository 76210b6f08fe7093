/**
 * The figures of docs/gain-map.md: our gain-map representation against libultrahdr's points, PU21-PSNR at equal bytes.
 * `node test/bench/gain-map/main.ts PICTURES POINTS.tsv [QUALITY,QUALITY…]`, where POINTS.tsv has the columns image, codec, bytes and
 * pu_psnr_y of other encoders on the same references (`afterglow bench`).
 */
import { readdir, readFile } from 'node:fs/promises';
import { basename, extname, join } from 'node:path';
import { encode } from '../../../src/codec/index.ts';
import { cut } from '../../../src/container/index.ts';
import { read } from '../../../src/formats/index.ts';
import { gainMapMaker } from '../../../src/gain-map/index.ts';
import { nodeJpegCoder } from '../../../src/inference/jpeg-node.ts';
import { measuredPicture, QualityReference } from '../../../src/metrics/index.ts';
import { libultrahdrAt, readPoints } from './points.ts';

const MEGAPIXELS = 0.6;
const [folder = '', pointsFile = '', qualities = '10,30,60,80,90'] = process.argv.slice(2);
const points = readPoints(await readFile(pointsFile, 'utf8'));
const jpeg = nodeJpegCoder();

console.log('picture\tquality\tbytes\tpu_psnr_y\tover_hull\tover_points\tpu_psnr_rgb\tde_itp');
for (const file of (await readdir(folder)).sort()) {
  const name = basename(file, extname(file));
  const reference = measuredPicture(await read(await readFile(join(folder, file))), MEGAPIXELS);
  const measure = new QualityReference(reference.data, reference.width, reference.height);
  for (const quality of qualities.split(',').map(Number)) {
    const options = { quality, layers: 0, gainMap: gainMapMaker(jpeg) };
    const bytes = cut(await encode(reference, options, { networks: null, jpeg }), { hdr: 'gainmap' });
    const shown = await read(bytes);
    const { puPsnrY, puPsnrRgb, deItp } = measure.compare(
      shown.data.map((light) => light * shown.nitsPerUnit!),
    );
    const [hull, between] = (['hull', 'points'] as const).map((along) => {
      const peer = libultrahdrAt(points, name, bytes.length, along);
      return peer === undefined ? undefined : puPsnrY - peer;
    });
    const figures = [puPsnrY, hull, between, puPsnrRgb, deItp];
    const written = figures.map((value) => value?.toFixed(2) ?? '');
    console.log([name, quality, bytes.length, ...written].join('\t'));
  }
}
