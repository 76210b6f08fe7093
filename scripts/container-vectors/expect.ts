/** What reading must answer, as vectors.json says it. */
import { base, box, boxBytes, file, gainMap, header, HEIGHT, layer1, layers, WIDTH } from './sample.ts';

/** Where an announcement would go: the base has neither JFIF nor Exif segment. */
export const AFTER_SOI = 2;

/** Of the sample's first `length` bytes, from the header's end on. */
export function layered(length: number) {
  const part = (offset: number, data: Buffer) => {
    const complete = offset + data.length <= length;
    return {
      offset,
      length: data.length,
      complete,
      ...(complete ? { hex: data.toString('hex') } : {}),
    };
  };
  return {
    kind: 'layered',
    base: { offset: 0, length: base.length },
    orientation: 1,
    headerBox: { offset: box, length: boxBytes },
    header: {
      ...header,
      modelDigest: Buffer.from(header.modelDigest).toString('hex'),
      inverseToneCurve: header.inverseToneCurve.map((knots) => Array.from(knots)),
    },
    ranges: layers.map((layer) => layer.range),
    layers: [part(layer1, layers[0]!.data), part(layer1 + 11, layers[1]!.data)],
    gainMap: {
      ...part(layer1 + 21, gainMap),
      // Of a part that is cut nothing is known; one that begins with no marker has none.
      announcement: { at: length < file.length ? 0 : AFTER_SOI, length: 0 },
    },
    trailing: Math.max(0, length - file.length),
  };
}

/** Of a file that is its base alone. */
export function sdr(change: object = {}) {
  return {
    kind: 'sdr',
    base: { offset: 0, length: base.length },
    width: WIDTH,
    height: HEIGHT,
    orientation: 1,
    truncatedHeader: false,
    trailing: 0,
    ...change,
  };
}
