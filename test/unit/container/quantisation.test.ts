import { describe, expect, test } from 'vitest';
import { ContainerError, lumaQuantisation } from '../../../src/container/index.ts';
import { jpegs } from './jpegs.ts';

const steps = Array.from({ length: 64 }, (_, i) => i + 1);
const others = steps.map((step) => step + 100);
const [narrow, wide] = [0x00, 0x10];

/** A table as a DQT segment holds it. */
function table(precision: number, slot: number, values: readonly number[]): number[] {
  return [
    precision | slot,
    ...(precision === narrow ? values : values.flatMap((value) => [value >> 8, value & 255])),
  ];
}

function segment(marker: number, data: readonly number[]): number[] {
  return [0xff, marker, (data.length + 2) >> 8, (data.length + 2) & 255, ...data];
}

/** A grey picture of one block whose component uses the table of a slot; `late` segments come after the frame header. */
function jpegOf(before: readonly number[], slot = 0, late: readonly number[] = []): Uint8Array {
  const frame = segment(0xc0, [8, 0, 8, 0, 8, 1, 1, 0x11, slot]);
  const scan = [...segment(0xda, [1, 1, 0, 0, 63, 0]), 0x3f];
  return Uint8Array.of(0xff, 0xd8, ...before, ...frame, ...late, ...scan, 0xff, 0xd9);
}

describe('quantisation table of the first component', () => {
  test('of 8 and of 16 bits', () => {
    expect([...lumaQuantisation(jpegOf(segment(0xdb, table(narrow, 0, steps))))]).toEqual(steps);
    const large = steps.map((step) => 1000 * step);
    expect([...lumaQuantisation(jpegOf(segment(0xdb, table(wide, 0, large))))]).toEqual(large);
  });

  test('among several in one segment, wide ones before it too', () => {
    const both = segment(0xdb, [...table(wide, 1, others), ...table(narrow, 0, steps)]);
    expect([...lumaQuantisation(jpegOf(both))]).toEqual(steps);
    expect([...lumaQuantisation(jpegOf(both, 1))]).toEqual(others);
  });

  test('after the frame header, and the last of those that are defined', () => {
    const first = segment(0xdb, table(narrow, 0, others));
    const last = segment(0xdb, table(narrow, 0, steps));
    expect([...lumaQuantisation(jpegOf([], 0, last))]).toEqual(steps);
    expect([...lumaQuantisation(jpegOf(first, 0, last))]).toEqual(steps);
  });

  test.each([
    ['none', []],
    ['one that no component uses', segment(0xdb, table(narrow, 2, steps))],
    ['one that is cut', segment(0xdb, table(narrow, 0, steps).slice(0, -1))],
    ['a wide one that is cut', segment(0xdb, table(wide, 0, steps).slice(0, 70))],
    ['an empty segment', segment(0xdb, [])],
  ])('%s: a named error', (_, before) => {
    const read = () => lumaQuantisation(jpegOf(before));
    expect(read).toThrow(ContainerError);
    expect(read).toThrow(expect.objectContaining({ code: 'invalid_jpeg' }));
  });

  test('a segment beyond the end of the file: a named error', () => {
    const jpeg = jpegOf(segment(0xdb, table(narrow, 0, steps)));
    expect(() => lumaQuantisation(jpeg.subarray(0, 40))).toThrow(
      expect.objectContaining({ code: 'truncated_jpeg' }),
    );
  });

  test("in common encoders' files: steps rise with frequency, and are larger at lower quality", () => {
    const fine = lumaQuantisation(jpegs.baseline);
    const coarse = lumaQuantisation(jpegs.mozjpeg);
    expect(fine[0]).toBeLessThan(fine[63]!);
    expect(fine.every((step, i) => step > 0 && step < coarse[i]!)).toBe(true);
  });
});
