import { describe, expect, test } from 'vitest';
import { fileGeometry } from '../../../src/codec/model-check.ts';
import type { ModelDescription } from '../../../src/codec/networks.ts';
import { headerOf } from '../container/jpegs.ts';

const common = { id: 'small', digest: new Uint8Array(32) };
const han: ModelDescription = {
  ...common,
  family: 'han2020',
  codeChannels: 32,
  stride: 16,
  geometry: { tile: 64, overlap: { encoder: 16, decoder: 32, post: 48 } },
};
const glow: ModelDescription = {
  ...common,
  family: 'glow2026',
  stride: 8,
  geometry: { tile: 64, overlap: { encoder: 0, decoder: 0, post: 32 } },
};
const header = (tile: { core: number; encoder: number; decoder: number; post: number }) => ({
  ...headerOf(100, 100),
  layers: [],
  gainMap: null,
  tile,
});

describe('the tiles of a file', () => {
  const tile = { core: 96, encoder: 48, decoder: 16, post: 32 };

  test('are those of its header', () => {
    const overlap = { encoder: 48, decoder: 16, post: 32 };
    expect(fileGeometry(header(tile), han)).toEqual({ tile: 96, overlap });
  });

  test('have one halo where the family has one network', () => {
    const overlap = { encoder: 0, decoder: 0, post: 32 };
    expect(fileGeometry(header(tile), glow)).toEqual({ tile: 96, overlap });
    expect(fileGeometry(header({ ...tile, decoder: 1024 }), glow)).toEqual({ tile: 96, overlap });
  });

  test.each([
    ['far larger than the model’s', { ...tile, core: 4096 }],
    ['nearly all halo', { ...tile, core: 16, post: 48 }],
  ])('are refused when %s', (_, greedy) => {
    for (const model of [han, glow]) {
      expect(() => fileGeometry(header(greedy), model)).toThrow(
        expect.objectContaining({ code: 'unreasonable_tiles' }),
      );
    }
  });
});
