import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import {
  ContainerError,
  readBase,
  readGainMap,
  readLayer,
  readLayout,
  type CuttablePart,
} from '../../../src/container/index.ts';

const FOLDER = new URL('../../vectors/container/', import.meta.url);
const vectors = JSON.parse(readFileSync(new URL('vectors.json', FOLDER), 'utf8')) as {
  file: string;
  expect: object;
}[];

/** What reading a file answers, in the words of vectors.json. */
function reading(bytes: Uint8Array): object {
  const layout = orError(() => readLayout(bytes));
  if ('error' in layout) return layout;
  if (layout.kind === 'sdr') return layout;
  const { header, base, ...rest } = layout;
  const { layers, gainMap, modelDigest, inverseToneCurve, ...values } = header;
  const whole = orError(() => readBase(bytes, layout));
  const part = ({ complete, ...range }: CuttablePart, read: () => Uint8Array) => ({
    ...range,
    complete,
    ...(complete ? orError(() => ({ hex: toHex(read()) })) : {}),
  });
  return {
    ...rest,
    base: { offset: base.offset, length: base.length },
    ...('error' in whole ? { baseError: whole.error } : {}),
    header: {
      ...values,
      modelDigest: toHex(modelDigest),
      inverseToneCurve: inverseToneCurve.map((knots) => Array.from(knots)),
    },
    ranges: layers.map((layer) => layer.range),
    layers: layout.layers.map((layer, k) => part(layer, () => readLayer(bytes, layout, k))),
    gainMap: gainMap && layout.gainMap && part(layout.gainMap, () => readGainMap(bytes, layout)),
  };
}

function orError<T extends object>(read: () => T): T | { error: string } {
  try {
    return read();
  } catch (error) {
    if (error instanceof ContainerError) return { error: error.code };
    throw error;
  }
}

const toHex = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex');

describe('the vectors', () => {
  it('are all described', () => {
    const files = readdirSync(FOLDER).filter((name) => name.endsWith('.bin'));
    expect(files.sort()).toEqual(vectors.map((vector) => vector.file).sort());
  });

  it.each(vectors)('$file reads as vectors.json says', ({ file, expect: expected }) => {
    expect(reading(readFileSync(new URL(file, FOLDER)))).toEqual(expected);
  });
});

describe('FORMAT.md', () => {
  it('shows the header box of layered.bin, byte by byte', () => {
    const document = readFileSync(new URL('../../../src/container/FORMAT.md', import.meta.url), 'utf8');
    const example = /```hex\n([\s\S]*?)```/.exec(document)?.[1] ?? '';
    const bytes = example
      .split('\n')
      .map((line) => line.replace(/^\s*\d+\s/, '').replace(/;.*$/, ''))
      .join('')
      .replaceAll(/\s/g, '');
    const file = readFileSync(new URL('layered.bin', FOLDER));
    const layout = readLayout(file);
    if (layout.kind !== 'layered') throw new Error('the header was not found');
    const { offset, length } = layout.headerBox;
    expect(bytes).toBe(file.subarray(offset, offset + length).toString('hex'));
  });
});
