import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { read, sniff, write } from '../../../src/formats/index.ts';
import { picture } from './pictures.ts';

const file = (header: string, littleEndian: boolean, ...samples: number[]): Uint8Array => {
  const body = Buffer.alloc(samples.length * 4);
  samples.forEach((value, i) =>
    littleEndian ? body.writeFloatLE(value, i * 4) : body.writeFloatBE(value, i * 4),
  );
  return Buffer.concat([Buffer.from(header), body]);
};

describe('PFM', () => {
  it('has its bottom row first in the file', async () => {
    const found = await read(file('PF\n1 2\n-1.0\n', true, 1, 2, 3, 4, 5, 6));
    expect([...found.data]).toEqual([4, 5, 6, 1, 2, 3]);
    expect(found).toMatchObject({ width: 1, height: 2, primaries: 'bt709', nitsPerUnit: null });
  });

  it('reads both byte orders, grey, and white space of any kind', async () => {
    expect([...(await read(file('PF 1 1 1 ', false, 1, 2, 3))).data]).toEqual([1, 2, 3]);
    expect([...(await read(file('Pf\n2 1\n-2.5e-1\n', true, 7, 8))).data]).toEqual([7, 7, 7, 8, 8, 8]);
    expect([...(await read(file('PF\r\n1 1\r\n1\r\n', false, 1, 2, 3))).data]).toEqual([1, 2, 3]);
  });

  it('round-trips every picture of finite samples exactly', async () => {
    const sample = fc.float({ noNaN: true, noDefaultInfinity: true, min: 0 }).map((value) => Math.abs(value));
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: 9 }),
        fc.integer({ min: 1, max: 9 }),
        fc.infiniteStream(sample),
        async (w, h, stream) => {
          const samples = [...stream.take(w * h * 3)];
          const wanted = picture(w, h, (x, y, c) => samples[(y * w + x) * 3 + c]!);
          const bytes = await write(wanted, 'pfm');
          expect(sniff(bytes)).toBe('pfm');
          expect((await read(bytes)).data).toEqual(wanted.data);
        },
      ),
      { numRuns: 100 },
    );
  });

  it.each(['PF\n', 'PF\n1 1\n', 'PF\n-1 1\n-1\n', 'PF\n1 1\n0\n', 'PF\n0 1\n-1\n', 'PF\n1 1\n-1\n'])(
    'refuses %j as damaged',
    async (header) => {
      await expect(read(file(header, true, 1, 2))).rejects.toMatchObject({ code: 'damaged' });
    },
  );
});
