import fc from 'fast-check';
import sharp from 'sharp';
import { beforeAll, expect, test } from 'vitest';
import { readParts, type FilePart } from '../../../src/browser/file-stream.ts';
import { ContainerError, readLayer, readLayout, writeLayered } from '../../../src/container/index.ts';

let base: Uint8Array;
let file: Uint8Array;

beforeAll(async () => {
  const noise = Uint8Array.from({ length: 40 * 24 * 3 }, (_, i) => (i * 2654435761) >>> 24);
  base = await sharp(noise, { raw: { width: 40, height: 24, channels: 3 } })
    .jpeg()
    .toBuffer();
  const line = Uint16Array.of(0, 40000);
  file = writeLayered({
    base,
    header: {
      modelId: 'test',
      modelDigest: new Uint8Array(32),
      width: 40,
      height: 24,
      primaries: 1,
      nitsPerUnit: 1,
      headroom: 2,
      inverseToneCurve: [line, line, line],
      tile: { core: 512, encoder: 32, decoder: 48, post: 64 },
    },
    layers: [
      { data: Uint8Array.of(1, 2, 0xff, 0xd9, 5), range: 0.5 },
      { data: Uint8Array.of(6, 7), range: 0.25 },
    ],
  });
});

async function* chunked(bytes: Uint8Array, sizes: readonly number[]): AsyncGenerator<Uint8Array> {
  for (let at = 0, i = 0; at < bytes.length; i++) {
    const end = at + sizes[i % sizes.length]!;
    yield await Promise.resolve(bytes.subarray(at, end));
    at = end;
  }
}

async function partsOf(bytes: Uint8Array, sizes: readonly number[], maxLayers?: number): Promise<FilePart[]> {
  const parts: FilePart[] = [];
  for await (const part of readParts(chunked(bytes, sizes), maxLayers)) parts.push(part);
  return parts;
}

const kinds = (parts: readonly FilePart[]) => parts.map(({ kind }) => kind);

test('the parts are the same however the bytes arrive', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.integer({ min: 1, max: 700 }), { minLength: 1, maxLength: 20 }),
      async (sizes) => {
        const parts = await partsOf(file, sizes);
        expect(kinds(parts)).toEqual(['base', 'header', 'layer', 'layer']);
        const [first, header, ...layers] = parts;
        const layout = readLayout(file);
        expect(first).toEqual({ kind: 'base', jpeg: Uint8Array.from(base) });
        expect(header?.kind === 'header' && header.layout.header.modelId).toBe('test');
        layers.forEach((layer, k) => {
          expect(layer).toEqual({ kind: 'layer', k, data: readLayer(file, layout, k) });
        });
      },
    ),
  );
});

test('a part is told before the next one arrives', async () => {
  const { headerBox } = readLayout(file) as { headerBox: { offset: number; length: number } };
  const fed: string[] = [];
  async function* feed(): AsyncGenerator<Uint8Array> {
    const ends = [base.length, headerBox.offset + headerBox.length, file.length];
    for (const [i, end] of ends.entries()) {
      fed.push(`chunk ${i}`);
      yield await Promise.resolve(file.subarray(i === 0 ? 0 : ends[i - 1], end));
    }
  }
  for await (const part of readParts(feed())) fed.push(part.kind);
  expect(fed).toEqual(['chunk 0', 'base', 'chunk 1', 'header', 'chunk 2', 'layer', 'layer']);
});

test('any cut after the base gives the parts that are whole', async () => {
  const whole = readLayout(file);
  if (whole.kind !== 'layered') throw new Error('The file has layers.');
  const headerEnd = whole.headerBox.offset + whole.headerBox.length;
  for (let length = base.length; length <= file.length; length++) {
    const layers = whole.layers.filter((part) => part.offset + part.length <= length).length;
    const wanted = [
      'base',
      ...(length < headerEnd ? [] : ['header']),
      ...Array<string>(layers).fill('layer'),
    ];
    expect(kinds(await partsOf(file.subarray(0, length), [64]))).toEqual(wanted);
  }
});

test('a cut base and what is no JPEG are named', async () => {
  const failures = [file.subarray(0, base.length - 1), new Uint8Array(), new Uint8Array(5000)];
  const codes = await Promise.all(
    failures.map((bytes) => partsOf(bytes, [100]).catch((error: unknown) => (error as ContainerError).code)),
  );
  expect(codes[0]).toBe('truncated_jpeg');
  expect(codes[2]).toBe('not_jpeg');
  for (const code of codes) expect(typeof code).toBe('string');
});

test('no more layers are read than asked for', async () => {
  expect(kinds(await partsOf(file, [50], 1))).toEqual(['base', 'header', 'layer']);
  expect(kinds(await partsOf(file, [50], 0))).toEqual(['base', 'header']);
});

test('bytes after a plain JPEG are left alone', async () => {
  const text = new TextEncoder().encode('what a camera appends');
  expect(kinds(await partsOf(new Uint8Array([...base, ...text]), [1000]))).toEqual(['base']);
});
