import { describe, expect, it } from 'vitest';
import { read, readHeader } from '../../../src/formats/index.ts';
import { buildExr, dwaVersion1, type TestChannel } from './exr-builder.ts';
import { fixture, picture, threeExr } from './pictures.ts';

const constant = (name: string, value: number): TestChannel => ({ name, type: 'float', sample: () => value });
const rgb = (r: number, g: number, b: number): TestChannel[] => [
  constant('B', b),
  constant('G', g),
  constant('R', r),
];
const box = (xMin: number, yMin: number, xMax: number, yMax: number) => ({ xMin, yMin, xMax, yMax });

describe('OpenEXR variants', () => {
  it('has the top row first', async () => {
    const wanted = picture(5, 4, (x, y, c) => y * 100 + x * 10 + c + 1);
    const found = await read(await threeExr(wanted));
    expect(found.data).toEqual(wanted.data);
  });

  it('shows the display window: data outside are cut off, pixels without data are black', async () => {
    const bytes = buildExr({
      channels: ['B', 'G', 'R'].map((name) => ({ name, type: 'float', sample: (x, y) => 100 + x + 10 * y })),
      dataWindow: box(-2, -1, 2, 1),
      displayWindow: box(0, 0, 3, 2),
    });
    const found = await read(bytes);
    expect([found.width, found.height]).toEqual([4, 3]);
    expect(await readHeader(bytes)).toEqual({ kind: 'exr', width: 4, height: 3 });
    const green = [...found.data.filter((_, i) => i % 3 === 1)];
    expect(green).toEqual([100, 101, 102, 0, 110, 111, 112, 0, 0, 0, 0, 0]);
  });

  it('drops alpha and passes over channels of other types', async () => {
    const found = await read(
      buildExr({
        channels: [
          { name: 'A', type: 'half', sample: () => 0x3800 },
          { name: 'B', type: 'half', sample: () => 0x4000 },
          { name: 'G', type: 'float', sample: (x) => x },
          { name: 'R', type: 'uint', sample: (_, y) => y },
          { name: 'id', type: 'uint', sample: () => 0xffffffff },
        ],
        dataWindow: box(0, 0, 2, 1),
      }),
    );
    expect([...found.data]).toEqual([0, 0, 2, 0, 1, 2, 0, 2, 2, 1, 0, 2, 1, 1, 2, 1, 2, 2]);
  });

  it('reads luminance and subsampled chroma', async () => {
    const [r, g, b] = [4, 2, 1];
    const y = 0.2126390058 * r + 0.7151686788 * g + 0.0721923154 * b;
    const found = await read(
      buildExr({
        channels: [
          { name: 'BY', type: 'float', sampling: 2, sample: () => (b - y) / y },
          { name: 'RY', type: 'float', sampling: 2, sample: () => (r - y) / y },
          { name: 'Y', type: 'float', sample: () => y },
        ],
        dataWindow: box(0, 0, 4, 2),
      }),
    );
    for (let i = 0; i < found.data.length; i++) expect(found.data[i]).toBeCloseTo([r, g, b][i % 3]!, 4);
  });

  it.each([
    ['bt2020', [0.708, 0.292, 0.17, 0.797, 0.131, 0.046, 0.3127, 0.329]],
    ['display-p3', [0.68, 0.32, 0.265, 0.69, 0.15, 0.06, 0.3127, 0.329]],
    ['bt709', [0.64, 0.33, 0.3, 0.6, 0.15, 0.06, 0.3127, 0.329]],
  ] as const)('names the primaries %s and leaves the samples', async (primaries, chromaticities) => {
    const found = await read(
      buildExr({ channels: rgb(1, 2, 3), dataWindow: box(0, 0, 0, 0), chromaticities }),
    );
    expect(found.primaries).toBe(primaries);
    expect([...found.data]).toEqual([1, 2, 3]);
  });

  it('brings ACES primaries to BT.2020, white staying white', async () => {
    const ap0 = [0.7347, 0.2653, 0, 1, 0.0001, -0.077, 0.32168, 0.33767];
    const white = await read(
      buildExr({ channels: rgb(2, 2, 2), dataWindow: box(0, 0, 0, 0), chromaticities: ap0 }),
    );
    expect(white.primaries).toBe('bt2020');
    for (const value of white.data) expect(value).toBeCloseTo(2, 4);
  });

  it('brings XYZ to BT.2020, the XYZ of D65 being white', async () => {
    const white = await read(
      buildExr({
        channels: rgb(0.9505, 1, 1.0891),
        dataWindow: box(0, 0, 0, 0),
        chromaticities: [1, 0, 0, 1, 0, 0, 0.333333, 0.333333],
      }),
    );
    expect(white.primaries).toBe('bt2020');
    for (const value of white.data) expect(value).toBeCloseTo(1, 3);
  });

  it('brings primaries inside BT.709 there', async () => {
    const small = [0.6, 0.34, 0.31, 0.57, 0.16, 0.08, 0.3127, 0.329];
    const found = await read(
      buildExr({ channels: rgb(1, 0, 0), dataWindow: box(0, 0, 0, 0), chromaticities: small }),
    );
    expect(found.primaries).toBe('bt709');
    expect(found.data.every((value) => value > 0 && value < 1)).toBe(true);
  });

  it.each([
    ['the only layer', ['beauty']],
    ['Blender’s of all passes', ['View.AO', 'View.Combined', 'View.Env']],
  ])('takes %s for the picture where no channel is without', async (_, layers) => {
    const found = await read(
      buildExr({
        channels: layers.flatMap((layer) =>
          ['B', 'G', 'R'].map((name, i) => constant(`${layer}.${name}`, /AO|Env/.test(layer) ? 9 : 3 - i)),
        ),
        dataWindow: box(0, 0, 0, 0),
      }),
    );
    expect([...found.data]).toEqual([1, 2, 3]);
  });

  it('reads DWA blocks of version 1, whose rules are not in the file', async () => {
    const bytes = fixture('dwaa-half.exr');
    expect((await read(dwaVersion1(bytes))).data).toEqual((await read(bytes)).data);
  });

  it('clips negative samples and accepts a black picture', async () => {
    const found = await read(buildExr({ channels: rgb(-1, 0.5, -0), dataWindow: box(0, 0, 1, 1) }));
    expect([...found.data.slice(0, 3)]).toEqual([0, 0.5, 0]);
    const black = await read(buildExr({ channels: rgb(0, 0, 0), dataWindow: box(0, 0, 1, 1) }));
    expect(black.data.every((value) => value === 0)).toBe(true);
  });

  it.each([
    ['deep', { channels: rgb(1, 1, 1), flags: 0x800 }],
    ['an unknown compression', { channels: rgb(1, 1, 1), compression: 42 }],
    ['an unknown flag', { channels: rgb(1, 1, 1), flags: 0x4000 }],
    ['no colour channels', { channels: [constant('Z', 1)] }],
    ['several layers', { channels: ['a.Y', 'b.Y'].map((name) => constant(name, 1)) }],
  ])('refuses %s by name', async (_, parts) => {
    const bytes = buildExr({ dataWindow: box(0, 0, 1, 1), ...parts });
    await expect(read(bytes)).rejects.toMatchObject({ name: 'FormatError', code: 'unsupported_feature' });
  });
});
