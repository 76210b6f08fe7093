import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  cut,
  cutPlan,
  layoutIndex,
  parseLayoutIndex,
  readLayout,
  writeLayered,
} from '../../../src/container/index.ts';
import { headerOf, layeredFile, restarts } from './jpegs.ts';

const { file, base, gainMap, headerEnd, layerEnds } = layeredFile();

describe('cut', () => {
  it('hdr=0 is the base', () => {
    expect(Buffer.from(cut(file, { hdr: '0' }))).toEqual(base);
  });

  it('hdr=1 is the prefix up to the end of the last layer, without the gain map', () => {
    expect(cut(file, { hdr: '1' })).toEqual(file.subarray(0, layerEnds[2]));
    expect(cut(file, { hdr: '1', layers: 99 })).toEqual(file.subarray(0, layerEnds[2]));
    expect(cut(file, { hdr: '1', layers: 2 })).toEqual(file.subarray(0, layerEnds[1]));
    expect(cut(file, { hdr: '1', layers: 0 })).toEqual(file.subarray(0, headerEnd));
  });

  it('hdr=1 always extends hdr=0, and more layers extend fewer', () => {
    const count = fc.nat({ max: 5 });
    fc.assert(
      fc.property(fc.integer({ min: base.length, max: file.length }), count, count, (length, k, more) => {
        const bytes = file.subarray(0, length);
        const sdr = cut(bytes, { hdr: '0' });
        const few = cut(bytes, { hdr: '1', layers: k });
        const many = cut(bytes, { hdr: '1', layers: k + more });
        expect(few.subarray(0, sdr.length)).toEqual(sdr);
        expect(many.subarray(0, few.length)).toEqual(few);
      }),
    );
  });

  it('reads as whole layers, however the file itself was cut', () => {
    for (let length = headerEnd; length <= file.length; length++) {
      const layout = readLayout(cut(file.subarray(0, length), { hdr: '1' }));
      if (layout.kind !== 'layered') throw new Error('the header was not found');
      const complete = layout.layers.filter((layer) => layer.complete).length;
      expect(complete).toBe(layerEnds.filter((end) => end <= length).length);
    }
  });

  it('is the same when it is done again', () => {
    const once = cut(file, { hdr: '1', layers: 1 });
    expect(cut(once, { hdr: '1' })).toEqual(once);
  });

  it('hdr=gainmap is the base and the gain-map part', () => {
    expect(Buffer.from(cut(file, { hdr: 'gainmap' }))).toEqual(Buffer.concat([base, gainMap]));
  });

  it('puts what announces the map into the base, behind the segments that must come first', () => {
    const segment = (marker: number, text: string) =>
      Buffer.concat([Buffer.of(0xff, marker, 0, text.length + 2), Buffer.from(text, 'latin1')]);
    const [soi, rest] = [base.subarray(0, 2), base.subarray(2)];
    const leading = Buffer.concat([segment(0xe0, 'JFIF'), segment(0xe1, 'Exif\0\0II')]);
    const xmp = segment(0xe1, 'http://ns.adobe.com/xap/1.0/\0<x/>');
    const [announcement, map] = [Buffer.concat([segment(0xe1, 'hdrgm'), segment(0xe2, 'MPF')]), restarts];
    for (const before of [Buffer.alloc(0), leading]) {
      const bytes = writeLayered({
        base: Buffer.concat([soi, before, xmp, rest]),
        header: headerOf(32, 8),
        layers: [{ data: Buffer.from('layer'), range: 1 }],
        gainMap: Buffer.concat([announcement, map]),
      });
      const whole = Buffer.concat([soi, before, announcement, xmp, rest, map]);
      expect(Buffer.from(cut(bytes, { hdr: 'gainmap' }))).toEqual(whole);
      const index = parseLayoutIndex(layoutIndex(readLayout(bytes)));
      expect(cutPlan(index, { hdr: 'gainmap' })).toEqual(cutPlan(readLayout(bytes), { hdr: 'gainmap' }));
      expect(Buffer.from(cut(bytes, { hdr: '0' }))).toEqual(Buffer.concat([soi, before, xmp, rest]));
    }
  });

  it.each([
    ['longer than the part', 'ffe1ffff6869'],
    ['without a length', 'ffe10000ffd8'],
    ['cut off', 'ffe1'],
  ])('takes a segment %s for no announcement', (_, hex) => {
    const part = Buffer.from(hex, 'hex');
    const bytes = writeLayered({ base, header: headerOf(32, 8), layers: [], gainMap: part });
    expect(Buffer.from(cut(bytes, { hdr: 'gainmap' }))).toEqual(Buffer.concat([base, part]));
  });

  it('names what is missing', () => {
    const without = writeLayered({ base, header: headerOf(32, 8), layers: [] });
    const noMap = expect.objectContaining({ code: 'no_gain_map' }) as Error;
    expect(() => cut(without, { hdr: 'gainmap' })).toThrow(noMap);
    expect(() => cut(base, { hdr: 'gainmap' })).toThrow(noMap);
    const short = expect.objectContaining({ code: 'truncated_gain_map' }) as Error;
    expect(() => cut(file.subarray(0, -1), { hdr: 'gainmap' })).toThrow(short);
    const invalid = expect.objectContaining({ code: 'invalid_argument' }) as Error;
    for (const layers of [-1, 1.5, NaN]) expect(() => cut(file, { hdr: '1', layers })).toThrow(invalid);
  });

  it('of a plain JPEG is that JPEG, without what follows it', () => {
    const trailing = Buffer.concat([restarts, restarts]);
    for (const hdr of ['0', '1'] as const) expect(Buffer.from(cut(trailing, { hdr }))).toEqual(restarts);
  });
});

describe('a layout index', () => {
  it('plans the same cuts as the layout, for every prefix of the file', () => {
    for (let length = base.length; length <= file.length; length++) {
      const layout = readLayout(file.subarray(0, length));
      const index = parseLayoutIndex(layoutIndex(layout));
      for (const layers of [undefined, 0, 1, 2, 3, 4]) {
        expect(cutPlan(index, { hdr: '1', layers })).toEqual(cutPlan(layout, { hdr: '1', layers }));
      }
      expect(cutPlan(index, { hdr: '0' })).toEqual(cutPlan(layout, { hdr: '0' }));
    }
    const whole = readLayout(file);
    const index = parseLayoutIndex(layoutIndex(whole));
    expect(cutPlan(index, { hdr: 'gainmap' })).toEqual(cutPlan(whole, { hdr: 'gainmap' }));
  });

  it('describes the picture', () => {
    expect(parseLayoutIndex(layoutIndex(readLayout(file)))).toMatchObject({
      ...{ kind: 'layered', width: 32, height: 8, headroom: 3.25, modelId: 'han2020' },
      base: { offset: 0, length: base.length },
    });
    expect(parseLayoutIndex(layoutIndex(readLayout(base)))).toEqual({
      ...{ kind: 'sdr', width: 32, height: 8 },
      base: { offset: 0, length: base.length },
    });
  });

  it('says what became of metadata', () => {
    const json = layoutIndex(readLayout(base), ['location_removed']);
    expect(parseLayoutIndex(json)).toMatchObject({ notices: ['location_removed'] });
  });

  it('takes less than 1500 ASCII characters for the largest file', () => {
    const size = 0xffffffff;
    const layers = Array.from({ length: 32 }, (_, k) => ({
      offset: k * size,
      ...{ length: size, complete: true },
    }));
    const header = {
      ...headerOf(65535, 65535),
      ...{ modelId: 'm'.repeat(64), headroom: Math.fround(-1 / 3), layers: [], gainMap: null },
    };
    const json = layoutIndex({
      kind: 'layered',
      base: { offset: 0, length: size, crc32: 0 },
      headerBox: { offset: size, length: 65535 },
      ...{ header, layers, trailing: 0, orientation: 1 },
      gainMap: { ...layers[0]!, announcement: { at: size, length: size } },
    });
    expect(json.length).toBeLessThan(1500);
    expect(json).toMatch(/^[\x20-\x7e]+$/);
    const index = parseLayoutIndex(json);
    expect(cutPlan(index, { hdr: '1' })[0]!.length).toBe(size + 65535 + 32 * size);
  });

  it('is refused by name when it is anything else', () => {
    const good = JSON.parse(layoutIndex(readLayout(file))) as Record<string, unknown>;
    const bad = ['', 'null', '[]', '3', '{}', '{', ' '.repeat(2000)];
    const changes: Record<string, unknown>[] = [
      ...[
        { v: 2 },
        { b: 0 },
        { b: 1.5 },
        { b: '9' },
        { w: -1 },
        { x: 0 },
        { l: 3 },
        { l: [0] },
        { l: [null] },
      ],
      ...[
        { l: Array(33).fill(1) },
        { n: 'x' },
        { n: [1] },
        { n: ['Not a word'] },
        { n: Array(5).fill('a') },
        { g: 'x' },
        { g: 5 },
        { g: [5, 0] },
        { g: [5, 1e6, 0] },
        { g: [5, 0, 6] },
        { g: [5, 0, -1] },
        { s: '1' },
        { m: '../x' },
        { m: 1 },
        { h: undefined },
      ],
    ];
    for (const change of changes) bad.push(JSON.stringify({ ...good, ...change }));
    bad.push(JSON.stringify(good).replace('3.25', '1e999'));
    for (const json of bad) {
      expect(() => parseLayoutIndex(json), json).toThrow(expect.objectContaining({ code: 'invalid_index' }));
    }
    fc.assert(
      fc.property(fc.json(), (json) => {
        expect(() => parseLayoutIndex(json)).toThrow(expect.objectContaining({ code: 'invalid_index' }));
      }),
    );
  });
});
