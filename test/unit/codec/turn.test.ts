import fc from 'fast-check';
import sharp from 'sharp';
import { describe, expect, test } from 'vitest';
import { turn, turnedRect, turningBack } from '../../../src/codec/turn.ts';
import { ORIENTATIONS } from '../container/jpegs.ts';

const size = fc.record({ width: fc.integer({ min: 1, max: 9 }), height: fc.integer({ min: 1, max: 9 }) });
const counted = ({ width, height }: { width: number; height: number }) => ({
  width,
  height,
  data: Float32Array.from({ length: 3 * width * height }, (_, i) => i),
});

describe.each(ORIENTATIONS)('orientation %i', (orientation) => {
  test('turns pixels as libvips does', async () => {
    const picture = { width: 5, height: 3 };
    const codes = Uint8Array.from({ length: 45 }, (_, i) => 5 * i);
    const tagged = await sharp(codes, { raw: { ...picture, channels: 3 } })
      .withMetadata({ orientation })
      .png()
      .toBuffer();
    const wanted = await sharp(tagged).autoOrient().raw().toBuffer({ resolveWithObject: true });
    const turned = turn({ ...picture, data: Float32Array.from(codes) }, orientation);
    expect([turned.width, turned.height]).toEqual([wanted.info.width, wanted.info.height]);
    expect(Array.from(turned.data)).toEqual(Array.from(wanted.data));
  });

  test('is turned back', () => {
    fc.assert(
      fc.property(size, (stored) => {
        const picture = counted(stored);
        expect(turn(turn(picture, orientation), turningBack(orientation))).toEqual(picture);
      }),
    );
  });

  test('puts a part where its pixels are', () => {
    const part = size.chain((stored) =>
      fc.record({
        stored: fc.constant(stored),
        x: fc.integer({ min: 0, max: stored.width - 1 }),
        y: fc.integer({ min: 0, max: stored.height - 1 }),
      }),
    );
    fc.assert(
      fc.property(part, fc.nat(), fc.nat(), ({ stored, x, y }, across, down) => {
        const rect = {
          x,
          y,
          width: 1 + (across % (stored.width - x)),
          height: 1 + (down % (stored.height - y)),
        };
        const marked = { ...stored, data: new Float32Array(3 * stored.width * stored.height) };
        fill(marked, rect);
        const shown = turn(marked, orientation);
        const wanted = { ...shown, data: new Float32Array(shown.data.length) };
        fill(wanted, turnedRect(rect, stored, orientation));
        expect(shown).toEqual(wanted);
      }),
    );
  });
});

test('what is no orientation leaves a picture as it is', () => {
  const picture = counted({ width: 4, height: 2 });
  for (const none of [0, 1, 9, NaN]) expect(turn(picture, none)).toBe(picture);
});

function fill(
  { width, data }: { width: number; data: Float32Array },
  rect: { x: number; y: number; width: number; height: number },
): void {
  for (let y = rect.y; y < rect.y + rect.height; y++)
    data.fill(1, 3 * (y * width + rect.x), 3 * (y * width + rect.x + rect.width));
}
