import fc from 'fast-check';
import { beforeAll, describe, expect, test } from 'vitest';
import {
  ContainerError,
  readLayout,
  writeLayered,
  type LayeredLayout,
  type Part,
} from '../../../src/container/index.ts';
import { decode, encode, LayeredDecoder, pqEncode, type HdrPicture } from '../../../src/codec/index.ts';
import { nodeJpegCoder } from '../../../src/inference/jpeg-node.ts';
import { fuzzCodec } from '../../fuzz/codec.ts';
import { linearNetworks } from './han2020/linear-networks.ts';
import { turn } from '../../../src/codec/turn.ts';
import { ORIENTATIONS, turnedJpeg } from '../container/jpegs.ts';
import { scene } from './pictures.ts';

const jpeg = nodeJpegCoder();
const networks = linearNetworks();
const parts = { networks, jpeg };

/** Mean squared error of PQ values. */
function pqError(a: HdrPicture, b: HdrPicture): number {
  let sum = 0;
  for (let i = 0; i < a.data.length; i++) {
    sum += (pqEncode(a.data[i]! * b.nitsPerUnit!) - pqEncode(b.data[i]! * b.nitsPerUnit!)) ** 2;
  }
  return sum / a.data.length;
}

function layered(file: Uint8Array): LayeredLayout {
  const layout = readLayout(file);
  if (layout.kind !== 'layered') throw new Error('not layered');
  return layout;
}

/** Base, then layers. */
function partsOf(bytes: Uint8Array): [base: Uint8Array, ...layers: Uint8Array[]] {
  const { base, layers } = layered(bytes);
  const part = ({ offset, length }: Part) => bytes.subarray(offset, offset + length);
  return [part(base), ...layers.map(part)];
}

const picture = scene(150, 101);
let file: Uint8Array;
let layout: LayeredLayout;
beforeAll(async () => {
  file = await encode(picture, { layers: 6, quality: 60 }, parts);
  layout = layered(file);
});

describe('encode and decode', () => {
  test('the file says what was coded', () => {
    expect(layout.header).toMatchObject({ modelId: 'linear', width: 150, height: 101, primaries: 1 });
    expect(layout.header.tile).toEqual({ core: 64, encoder: 16, decoder: 16, post: 16 });
    expect(layout.layers).toHaveLength(6);
  });

  test('each layer lowers the error, measured in the decoded picture', async () => {
    const errors: number[] = [];
    for (let k = 0; k <= 6; k++)
      errors.push(pqError(picture, await decode(file, { layers: k, post: false }, parts)));
    for (let k = 1; k <= 6; k++) expect(errors[k]).toBeLessThan(errors[k - 1]!);
  });

  test('units and scale come back', async () => {
    for (const nitsPerUnit of [0.01, 1, 203]) {
      const bright = { ...picture, nitsPerUnit };
      const back = await decode(await encode(bright, { layers: 1 }, parts), { post: false }, parts);
      expect(back.nitsPerUnit).toBeCloseTo(nitsPerUnit, 6);
      expect(back.primaries).toBe('bt709');
      expect(pqError(bright, back)).toBeLessThan(1e-3);
    }
  });

  test.each(ORIENTATIONS)(
    'a base that Exif turns (%i) is kept, and its picture decoded upright',
    async (o) => {
      // What lies as the base is stored is coded the same, whoever turns it.
      const [base] = partsOf(file);
      const stored = await encode(picture, { layers: 2, baseJpeg: base }, parts);
      const baseJpeg = turnedJpeg(base, o);
      const turned = await encode(turn(picture, o), { layers: 2, baseJpeg }, parts);
      expect(turned.subarray(0, baseJpeg.length)).toEqual(baseJpeg);
      expect(partsOf(turned).slice(1)).toEqual(partsOf(stored).slice(1));
      expect(await decode(turned, {}, parts)).toEqual(turn(await decode(stored, {}, parts), o));
      const alone = { networks: null, jpeg };
      expect(await decode(baseJpeg, {}, alone)).toEqual(turn(await decode(base, {}, alone), o));
      await expect(encode(turn(picture, o < 5 ? 6 : 1), { baseJpeg }, parts)).rejects.toMatchObject({
        code: 'sdr_size_mismatch',
        message: expect.stringContaining(
          o < 5 ? 'SDR picture is 150 × 101' : 'SDR picture is 101 × 150',
        ) as string,
      });
    },
  );

  test('post-processing acts on the picture, and only where it is asked for', async () => {
    const plain = await decode(file, { post: false }, parts);
    const post = await decode(file, {}, parts);
    expect(post.data).not.toEqual(plain.data);
    expect(post.data).toEqual((await decode(file, { post: true }, parts)).data);
  });

  test('a file cut at any byte after its header gives the picture of the whole layers before the cut', async () => {
    const wholes = await Promise.all(
      [0, 1, 2, 3, 4, 5, 6].map(async (layers) => (await decode(file, { layers }, parts)).data),
    );
    const start = layout.headerBox.offset + layout.headerBox.length;
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: start, max: file.length }), async (end) => {
        const whole = layout.layers.filter(({ offset, length }) => offset + length <= end).length;
        expect((await decode(file.subarray(0, end), {}, parts)).data).toEqual(wholes[whole]);
      }),
      { numRuns: 60 },
    );
  });

  test('a file cut before its header ends is its SDR picture, white at 203 cd/m²', async () => {
    const { length } = layout.base;
    const sdr = await jpeg.decode(file.subarray(0, length));
    for (const end of [length, length + 5]) {
      const back = await decode(file.subarray(0, end), {}, parts);
      expect(back.nitsPerUnit).toBe(203);
      expect(back.data[0]).toBeCloseTo(((sdr.data[0]! / 255 + 0.055) / 1.055) ** 2.4, 6);
    }
  });

  test('pictures of any size, down to one pixel', async () => {
    for (const [width, height] of [
      [1, 1],
      [1, 40],
      [17, 1],
      [16, 16],
      [65, 33],
    ] as const) {
      const small = scene(width, height, width);
      const coded = await encode(small, { layers: 3 }, parts);
      const base = pqError(small, await decode(coded, { layers: 0, post: false }, parts));
      const all = await decode(coded, { post: false }, parts);
      expect([all.width, all.height, all.data.length]).toEqual([width, height, 3 * width * height]);
      expect(pqError(small, all)).toBeLessThanOrEqual(base);
    }
  });

  test('a picture without any light or detail is coded, with no layer where nothing is left', async () => {
    const black = { ...scene(20, 20), data: new Float32Array(1200) };
    const coded = await encode(black, {}, parts);
    const back = await decode(coded, { post: false }, parts);
    expect(pqError(black, back)).toBeLessThan(1e-4);
  });

  test("the photographer's JPEG is the base byte for byte", async () => {
    const own = await jpeg.encode(
      { width: 150, height: 101, data: new Uint8Array(150 * 101 * 3).map((_, i) => i % 251) },
      { quality: 90, chroma: '4:4:4' },
    );
    const coded = await encode(picture, { baseJpeg: own, layers: 2 }, parts);
    expect(coded.subarray(0, own.length)).toEqual(own);
    expect(pqError(picture, await decode(coded, { post: false }, parts))).toBeLessThan(0.05);
  });

  test('progress rises through base and layers', async () => {
    const seen: string[] = [];
    await encode(picture, { layers: 2, onProgress: (p) => seen.push(`${p.stage}${p.layer}/${p.of}`) }, parts);
    expect([...new Set(seen)]).toEqual(['base0/2', 'layer1/2', 'layer2/2']);
  });

  test('an aborted encode rejects with the reason', async () => {
    const abort = new AbortController();
    const run = encode(
      picture,
      {
        signal: abort.signal,
        onProgress: ({ layer }) => {
          if (layer === 1) abort.abort(new Error('enough'));
        },
      },
      parts,
    );
    await expect(run).rejects.toThrow('enough');
  });
});

describe('LayeredDecoder', () => {
  test('gives a picture after every layer, the same as decode', async () => {
    const start = layout.headerBox.offset + layout.headerBox.length;
    const decoder = await LayeredDecoder.create(file.subarray(0, start), parts);
    for (const [k, { offset, length }] of layout.layers.entries()) {
      expect(decoder.layers).toBe(k);
      await decoder.addLayer(file.subarray(offset, offset + length));
    }
    const { data } = await decoder.picture();
    const { data: linear, nitsPerUnit } = await decode(file, {}, parts);
    for (let i = 0; i < data.length; i += 97)
      expect(pqEncode(linear[i]! * nitsPerUnit!)).toBeCloseTo(data[i]!, 5);
  });

  test('refuses a layer that is not the next', async () => {
    const decoder = await LayeredDecoder.create(file, parts);
    const { offset, length } = layout.layers[1]!;
    await expect(decoder.addLayer(file.subarray(offset, offset + length))).rejects.toBeInstanceOf(
      ContainerError,
    );
  });
});

describe('errors', () => {
  const code = (name: string) => expect.objectContaining({ code: name }) as unknown;

  test('another model, or another version of it', async () => {
    const other = { ...networks, model: { ...networks.model, id: 'other' } };
    await expect(decode(file, {}, { ...parts, networks: other })).rejects.toEqual(code('model_mismatch'));
    const newer = { ...networks, model: { ...networks.model, digest: new Uint8Array(32) } };
    await expect(decode(file, {}, { ...parts, networks: newer })).rejects.toEqual(code('model_mismatch'));
  });

  test('layers without networks; the base alone needs none', async () => {
    await expect(decode(file, {}, { networks: null, jpeg })).rejects.toEqual(code('model_required'));
    await expect(encode(picture, {}, { networks: null, jpeg })).rejects.toEqual(code('model_required'));
    const base = await decode(file, { layers: 0 }, { networks: null, jpeg });
    expect(base.data).toEqual((await decode(file, { layers: 0, post: false }, parts)).data);
    const bare = await encode(picture, { layers: 0 }, { networks: null, jpeg });
    expect(layered(bare).header.modelId).toBe('none');
    expect((await decode(bare, {}, parts)).data).toHaveLength(picture.data.length);
  });

  test('a base of another size', async () => {
    const own = await jpeg.encode(
      { width: 8, height: 8, data: new Uint8Array(192) },
      { quality: 90, chroma: '4:4:4' },
    );
    await expect(encode(picture, { baseJpeg: own }, parts)).rejects.toEqual(code('sdr_size_mismatch'));
  });

  test('options and pictures that make no sense', async () => {
    for (const options of [
      { quality: 0 },
      { quality: 1.5 },
      { layers: 33 },
      { layers: -1 },
      { nitsPerUnit: 0 },
    ]) {
      await expect(encode(picture, options, parts)).rejects.toEqual(code('invalid_option'));
    }
    const nan = { ...picture, data: picture.data.slice().fill(NaN, 5, 6) };
    await expect(encode(nan, {}, parts)).rejects.toEqual(code('invalid_option'));
    await expect(encode({ ...picture, width: 149 }, {}, parts)).rejects.toEqual(code('invalid_option'));
  });

  test('a file without an afterglow has no layers to decode', async () => {
    const sdr = file.subarray(0, layout.base.length);
    await expect(LayeredDecoder.create(sdr, parts)).rejects.toEqual(code('no_layers'));
  });

  test('tiles that would take far more work than the model’s own', async () => {
    const { header } = layout;
    const base = file.subarray(0, layout.base.length);
    for (const tile of [
      { core: 16, encoder: 16, decoder: 1024, post: 16 },
      { core: 4096, encoder: 0, decoder: 0, post: 0 },
    ]) {
      const greedy = writeLayered({ base, header: { ...header, tile }, layers: [] });
      await expect(decode(greedy, {}, parts)).rejects.toEqual(code('unreasonable_tiles'));
    }
  });
});

test('mutated files give a picture or a named error', async () => {
  expect((await fuzzCodec(500, 20)).failures).toEqual([]);
});
