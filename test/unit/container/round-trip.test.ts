import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  checkLayer,
  readBase,
  readGainMap,
  readLayer,
  readLayout,
  stripToBase,
  writeLayered,
} from '../../../src/container/index.ts';
import { headerOf, jpegs, layeredFile, restarts } from './jpegs.ts';

const knots = fc.uint16Array({ minLength: 2, maxLength: 256 });
const positive = fc.float({ min: Math.fround(1e-30), max: Math.fround(1e30), noNaN: true });
const halo = fc.integer({ min: 0, max: 64 }).map((n) => 16 * n);
const header = fc.record({
  modelId: fc.stringMatching(/^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/),
  modelDigest: fc.uint8Array({ minLength: 32, maxLength: 32 }),
  width: fc.constant(32),
  height: fc.constant(8),
  primaries: fc.constantFrom(1, 9, 12),
  nitsPerUnit: positive,
  headroom: fc.float({ noNaN: true, noDefaultInfinity: true }),
  inverseToneCurve: fc.tuple(knots, knots, knots),
  tile: fc.record({
    core: fc.integer({ min: 1, max: 256 }).map((n) => 16 * n),
    encoder: halo,
    decoder: halo,
    post: halo,
  }),
});
const part = fc.uint8Array({ minLength: 1, maxLength: 40 });
const layers = fc.array(fc.record({ data: part, range: positive }), { maxLength: 32 });

describe('writeLayered and readLayout', () => {
  it('give back every header, layer and gain map', () => {
    const any = fc.record({
      header,
      layers,
      gainMap: fc.option(part, { nil: undefined }),
      trailing: fc.uint8Array({ maxLength: 20 }),
    });
    fc.assert(
      fc.property(any, ({ trailing, ...given }) => {
        const file = writeLayered({ base: restarts, ...given });
        const bytes = Buffer.concat([file, trailing]);
        const layout = readLayout(bytes);
        if (layout.kind !== 'layered') throw new Error('the header was not found');
        const { layers: parts, gainMap, ...values } = layout.header;
        expect(values).toEqual(given.header);
        expect(parts.map(({ bytes, range }) => ({ bytes, range }))).toEqual(
          given.layers.map(({ data, range }) => ({ bytes: data.length, range })),
        );
        given.layers.forEach(({ data }, k) => {
          expect(readLayer(bytes, layout, k)).toEqual(data);
        });
        if (given.gainMap === undefined) expect(gainMap).toBeNull();
        else expect(readGainMap(bytes, layout)).toEqual(given.gainMap);
        expect(Buffer.from(readBase(bytes, layout))).toEqual(restarts);
        expect(layout.trailing).toBe(trailing.length);
      }),
      { numRuns: 300 },
    );
  });

  it('keep a base of any kind byte for byte, without what follows its EOI', () => {
    for (const base of Object.values(jpegs)) {
      const file = writeLayered({
        base: Buffer.concat([base, Buffer.from('the second picture of an MPF file')]),
        header: headerOf(75, 52),
        layers: [{ data: Buffer.from('x'), range: 1 }],
      });
      expect(Buffer.from(stripToBase(file))).toEqual(base);
      expect(file.length).toBeLessThan(base.length + 200);
    }
  });

  it('spend about 250 bytes on three smooth curves of 64 knots', () => {
    const curve = Uint16Array.from({ length: 64 }, (_, i) => 65535 * (0.1 + 0.5 * (i / 63) ** 0.8));
    const size = (given: typeof curve) =>
      writeLayered({
        base: restarts,
        header: { ...headerOf(32, 8), inverseToneCurve: [given, given, given] },
        layers: [],
      }).length;
    expect(size(curve) - size(Uint16Array.of(0, 0))).toBeLessThan(250);
  });

  it('make every file extend its own base', () => {
    const { file, base } = layeredFile();
    expect(Buffer.from(file.subarray(0, base.length))).toEqual(base);
  });

  it('read a file that lies in the middle of a larger buffer', () => {
    const { file, layers: given } = layeredFile();
    const around = Buffer.concat([Buffer.alloc(13), file, Buffer.alloc(9)]);
    const view = new Uint8Array(around.buffer, around.byteOffset + 13, file.length);
    const layout = readLayout(view);
    expect(Buffer.from(readLayer(view, layout, 1))).toEqual(given[1]!.data);
    expect(layout).toEqual(readLayout(file));
  });
});

describe('the writer refuses', () => {
  const base = restarts;
  const good = headerOf(32, 8);
  const layer = { data: Uint8Array.of(1), range: 1 };
  it.each([
    ['a path for a model id', { modelId: '../han' }],
    ['no model id', { modelId: '' }],
    ['65 characters of model id', { modelId: 'a'.repeat(65) }],
    ['a short digest', { modelDigest: new Uint8Array(31) }],
    ['unknown primaries', { primaries: 2 }],
    ['a scale of zero', { nitsPerUnit: 0 }],
    ['a scale that float32 cannot hold', { nitsPerUnit: 1e-60 }],
    ['an infinite headroom', { headroom: -Infinity }],
    ['a tile that is no multiple of 16', { tile: { ...good.tile, core: 100 } }],
    ['a huge halo', { tile: { ...good.tile, post: 2048 } }],
    ['a single knot', { inverseToneCurve: [Uint16Array.of(1), Uint16Array.of(1, 2), Uint16Array.of(1, 2)] }],
  ] as const)('%s', (_, change) => {
    const write = () => writeLayered({ base, header: { ...good, ...change }, layers: [layer] });
    expect(write).toThrow(expect.objectContaining({ code: 'invalid_argument' }));
  });

  it.each([
    ['33 layers', Array.from({ length: 33 }, () => layer)],
    ['an empty layer', [{ data: new Uint8Array(), range: 1 }]],
    ['a range of NaN', [{ ...layer, range: NaN }]],
  ])('%s', (_, given) => {
    const write = () => writeLayered({ base, header: good, layers: given });
    expect(write).toThrow(expect.objectContaining({ code: 'invalid_argument' }));
  });

  it('a base of another size, and what is no whole JPEG', () => {
    const write = (bytes: Uint8Array, width: number) => () =>
      writeLayered({ base: bytes, header: headerOf(width, 8), layers: [] });
    expect(write(base, 33)).toThrow(expect.objectContaining({ code: 'base_mismatch' }));
    expect(write(base.subarray(0, -1), 32)).toThrow(expect.objectContaining({ code: 'truncated_jpeg' }));
    expect(write(Buffer.from('no'), 32)).toThrow(expect.objectContaining({ code: 'not_jpeg' }));
  });
});

describe('checkLayer', () => {
  it('knows the bytes of a layer that came by itself', () => {
    const { file, layers: given } = layeredFile();
    const layout = readLayout(file);
    if (layout.kind !== 'layered') throw new Error('the header was not found');
    const check = (k: number, data: Uint8Array) => () => {
      checkLayer(layout.header, k, data);
    };
    expect(check(0, given[0]!.data)).not.toThrow();
    expect(check(0, given[2]!.data)).toThrow(expect.objectContaining({ code: 'damaged_layer' }));
    expect(check(0, given[1]!.data)).toThrow(expect.objectContaining({ code: 'truncated_layer' }));
    expect(check(3, given[1]!.data)).toThrow(expect.objectContaining({ code: 'no_such_layer' }));
  });
});
