import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  ContainerError,
  readBase,
  readGainMap,
  readLayer,
  readLayout,
} from '../../../src/container/index.ts';
import { fuzzContainer, readEverything } from '../../fuzz/container.ts';
import { jpegs, layeredFile } from './jpegs.ts';

const { file, base, headerEnd, layerEnds } = layeredFile();

describe('a file cut at any byte', () => {
  it('is no JPEG, or cut, before the end of its base', () => {
    for (let length = 0; length < base.length; length++) {
      const code = length < 2 ? 'not_jpeg' : 'truncated_jpeg';
      expect(() => readLayout(file.subarray(0, length))).toThrow(expect.objectContaining({ code }));
    }
  });

  it('is the SDR picture before the end of its header', () => {
    for (let length = base.length; length < headerEnd; length++) {
      expect(readLayout(file.subarray(0, length))).toEqual({
        kind: 'sdr',
        base: { offset: 0, length: base.length },
        width: 32,
        height: 8,
        orientation: 1,
        truncatedHeader: length > base.length,
        trailing: 0,
      });
    }
  });

  it('has the whole layers before the cut, and says which one was cut', () => {
    const whole = readLayout(file);
    for (let length = headerEnd; length <= file.length; length++) {
      const bytes = file.subarray(0, length);
      const layout = readLayout(bytes);
      if (layout.kind !== 'layered' || whole.kind !== 'layered') throw new Error('the header was not found');
      expect(layout.header).toEqual(whole.header);
      expect(layout.layers.map((layer) => layer.complete)).toEqual(layerEnds.map((end) => end <= length));
      expect(layout.gainMap?.complete).toBe(length === file.length);
      layout.layers.forEach(({ complete }, k) => {
        const read = () => readLayer(bytes, layout, k);
        if (complete) expect(read()).toEqual(readLayer(file, whole, k));
        else expect(read).toThrow(expect.objectContaining({ code: 'truncated_layer' }));
      });
    }
  });
});

describe('a file with one byte changed', () => {
  /** Every other value of a byte would be 255 files per byte; these touch each bit and all at once. */
  const masks = [1, 2, 4, 8, 16, 32, 64, 128, 255];
  const changed = (at: number, mask: number) => {
    const bytes = Uint8Array.from(file);
    bytes[at]! ^= mask;
    return bytes;
  };

  it('gives a value or a ContainerError anywhere', () => {
    for (let at = 0; at < file.length; at++) {
      for (const mask of masks) readEverything(changed(at, mask));
    }
  });

  it('has a damaged header, unmistakably, for any byte of the header box', () => {
    for (let at = base.length; at < headerEnd; at++) {
      for (const mask of masks) {
        const read = () => readLayout(changed(at, mask));
        expect(read).toThrow(expect.objectContaining({ code: 'damaged_header' }));
      }
    }
  });

  it('has a named error for any byte of the base or a layer, whatever it becomes, once all is read', () => {
    for (let at = 0; at < file.length; at++) {
      if (at >= base.length && at < headerEnd) continue;
      for (let mask = 1; mask < 256; mask++) {
        const bytes = changed(at, mask);
        expect(() => {
          const layout = readLayout(bytes);
          if (layout.kind === 'sdr') throw new Error(`byte ${at} hid the header`);
          readBase(bytes, layout);
          for (const k of layout.layers.keys()) readLayer(bytes, layout, k);
          readGainMap(bytes, layout);
        }).toThrow(ContainerError);
      }
    }
  });
});

describe('any bytes', () => {
  it('give a value or a ContainerError', () => {
    fc.assert(fc.property(fc.uint8Array({ maxLength: 2000 }), readEverything), { numRuns: 500 });
  });

  it('do so behind a base, and behind a base and our magic', () => {
    const magic = Buffer.from('af474c570d0a1a0a', 'hex');
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
        readEverything(Buffer.concat([base, bytes]));
        readEverything(Buffer.concat([base, magic, bytes]));
      }),
      { numRuns: 500 },
    );
  });

  it('do so in place of a part of a real JPEG', () => {
    const any = fc.record({
      jpeg: fc.constantFrom(...Object.values(jpegs)),
      at: fc.double({ min: 0, max: 1, noNaN: true }),
      bytes: fc.uint8Array({ maxLength: 20 }),
    });
    fc.assert(
      fc.property(any, ({ jpeg, at, bytes }) => {
        const split = Math.trunc(at * jpeg.length);
        readEverything(Buffer.concat([jpeg.subarray(0, split), bytes, jpeg.subarray(split)]));
      }),
      { numRuns: 500 },
    );
  });

  it('do so as mutations of the vectors', () => {
    expect(fuzzContainer(2000, 1)).toEqual({ executions: 2000, failures: [] });
  });
});

describe('bytes after the base that are not ours', () => {
  it.each([
    ['a second JPEG, as in MPF', base],
    ['a PNG', Buffer.from('89504e470d0a1a0a0000000d49484452', 'hex')],
    ['zeros', Buffer.alloc(64)],
    ['one byte', Buffer.of(0x0a)],
    ['an MP4 box of a motion photo', Buffer.from('\0\0\0\x18ftypmp42', 'latin1')],
  ])('%s: the SDR picture, and their number', (_, trailing) => {
    const layout = readLayout(Buffer.concat([base, trailing]));
    expect(layout).toMatchObject({ kind: 'sdr', truncatedHeader: false, trailing: trailing.length });
  });

  it('ten million bytes that could begin our magic, in a moment', () => {
    const start = performance.now();
    readLayout(Buffer.concat([base, Buffer.alloc(1e7, 0xaf)]));
    expect(performance.now() - start).toBeLessThan(2000);
  });

  it('a header that went through a channel for text: a damaged header', () => {
    const text = Buffer.from(file).toString('latin1');
    const box = (from: string, to: string) =>
      Buffer.from(text.slice(0, base.length) + text.slice(base.length).replaceAll(from, to), 'latin1');
    for (const bytes of [box('\r\n', '\n'), box('\n', '\r\n'), box('\xaf', '\x2f')]) {
      expect(() => readLayout(bytes)).toThrow(expect.objectContaining({ code: 'damaged_header' }));
    }
  });
});
