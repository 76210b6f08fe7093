import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { ContainerError, findEndOfImage, jpegSegments, jpegSize } from '../../../src/container/index.ts';
import { jpegs, restarts, withThumbnail } from './jpegs.ts';

function codeOf(act: () => unknown): string {
  try {
    act();
  } catch (error) {
    if (error instanceof ContainerError) return error.code;
    throw error;
  }
  return 'no error';
}

const tail = Buffer.from('\xff\xd9 more \xff\xd8\xff\xd9', 'latin1');

describe.each(Object.entries(jpegs))('a %s JPEG', (_, jpeg) => {
  it('ends with its EOI, whatever follows and wherever it begins', () => {
    expect(findEndOfImage(jpeg)).toBe(jpeg.length);
    expect(findEndOfImage(Buffer.concat([jpeg, tail]))).toBe(jpeg.length);
    expect(findEndOfImage(Buffer.concat([tail, jpeg, tail]), tail.length)).toBe(tail.length + jpeg.length);
  });

  it('has the size that sharp says', async () => {
    const { width, height, channels } = await sharp(jpeg).metadata();
    expect(jpegSize(jpeg)).toEqual({ width, height, components: channels });
  });

  it('steps over a thumbnail', async () => {
    const whole = await withThumbnail(jpeg);
    expect((await sharp(whole).metadata()).width).toBe(75);
    expect(findEndOfImage(Buffer.concat([whole, tail]))).toBe(whole.length);
    expect(jpegSize(whole).width).toBe(75);
  });

  it('is truncated wherever it is cut', () => {
    for (let length = 2; length < jpeg.length; length++) {
      expect(codeOf(() => findEndOfImage(jpeg.subarray(0, length)))).toBe('truncated_jpeg');
    }
  });
});

describe('jpegSegments', () => {
  it('names the segments in their order', () => {
    const markers = [...jpegSegments(restarts)].map((segment) => segment.marker);
    expect(markers).toEqual([0xd8, 0xdb, 0xc0, 0xc4, 0xc4, 0xdd, 0xda, 0xd9]);
  });

  it('steps over restart markers', async () => {
    const { data } = await sharp(restarts).raw().toBuffer({ resolveWithObject: true });
    expect(data.every((value) => value === 128)).toBe(true);
    expect(findEndOfImage(Buffer.concat([restarts, tail]))).toBe(restarts.length);
  });

  it('meets every scan of a progressive JPEG', () => {
    const scans = [...jpegSegments(jpegs.progressive)].filter((segment) => segment.marker === 0xda);
    expect(scans.length).toBeGreaterThan(3);
  });

  it('covers the file without a gap', () => {
    let at = 0;
    for (const segment of jpegSegments(jpegs.exif)) {
      expect(segment.offset).toBe(at);
      at = segment.end;
    }
    expect(at).toBe(jpegs.exif.length);
  });

  it('takes fill bytes before any marker, also after a scan', () => {
    const segments = [...jpegSegments(restarts)];
    for (const { offset } of segments.slice(1)) {
      const filled = Buffer.concat([
        restarts.subarray(0, offset),
        Buffer.alloc(5, 0xff),
        restarts.subarray(offset),
      ]);
      expect(findEndOfImage(filled)).toBe(filled.length);
    }
  });

  it('takes a million fill bytes, and a scan of nothing but stuffed bytes, in a moment', () => {
    const eoi = restarts.length - 2;
    const fill = [restarts.subarray(0, eoi), Buffer.alloc(1e6, 0xff), restarts.subarray(eoi)];
    const stuffed = [
      restarts.subarray(0, eoi),
      Buffer.alloc(4e6, Buffer.of(0xff, 0)),
      restarts.subarray(eoi),
    ];
    const start = performance.now();
    expect(findEndOfImage(Buffer.concat(fill))).toBe(restarts.length + 1e6);
    expect(findEndOfImage(Buffer.concat(stuffed))).toBe(restarts.length + 4e6);
    expect(performance.now() - start).toBeLessThan(2000);
  });
});

describe('jpegSize', () => {
  it('needs no more than the frame header', () => {
    const frame = restarts.indexOf(Buffer.of(0xff, 0xc0));
    expect(jpegSize(restarts.subarray(0, frame + 13))).toEqual({ width: 32, height: 8, components: 1 });
    expect(codeOf(() => jpegSize(restarts.subarray(0, frame + 12)))).toBe('truncated_jpeg');
  });

  it('reads the lines from DNL where the frame header leaves them open', () => {
    const frame = restarts.indexOf(Buffer.of(0xff, 0xc0));
    const open = Buffer.from(restarts);
    open.writeUInt16BE(0, frame + 5);
    expect(codeOf(() => jpegSize(open))).toBe('invalid_jpeg');
    expect(codeOf(() => findEndOfImage(open))).toBe('invalid_jpeg');
    const dnl = Buffer.from('ffdc00040008', 'hex');
    const whole = Buffer.concat([open.subarray(0, -2), dnl, open.subarray(-2)]);
    expect(jpegSize(whole)).toEqual({ width: 32, height: 8, components: 1 });
    expect(findEndOfImage(whole)).toBe(whole.length);
  });
});

describe('what is no picture', () => {
  const frame = restarts.indexOf(Buffer.of(0xff, 0xc0));
  const scan = restarts.indexOf(Buffer.of(0xff, 0xda));
  const frameHeader = restarts.subarray(frame, frame + 13);
  const insert = (at: number, bytes: Buffer) =>
    Buffer.concat([restarts.subarray(0, at), bytes, restarts.subarray(at)]);
  const hex = (text: string) => Buffer.from(text, 'hex');

  it.each([
    ['nothing', Buffer.of(), 'not_jpeg'],
    ['half an SOI', hex('ff'), 'not_jpeg'],
    ['an SOI alone', hex('ffd8'), 'truncated_jpeg'],
    ['tables without a frame', hex('ffd8ffd9'), 'invalid_jpeg'],
    ['a scan before the frame', insert(frame, restarts.subarray(scan, -2)), 'invalid_jpeg'],
    ['a second frame', insert(scan, frameHeader), 'unsupported_jpeg'],
    ['an SOI inside', insert(frame, hex('ffd8')), 'invalid_jpeg'],
    ['a stuffed byte outside a scan', insert(frame, hex('ff00')), 'invalid_jpeg'],
    ['a reserved marker', insert(frame, hex('ff020002')), 'invalid_jpeg'],
    ['a hierarchical progression', insert(frame, hex('ffde0002')), 'unsupported_jpeg'],
    ['a differential frame', insert(scan, hex('ffc50002')), 'unsupported_jpeg'],
    ['expanded components', insert(scan, hex('ffdf000311')), 'unsupported_jpeg'],
    ['the extension marker JPG', insert(frame, hex('ffc80002')), 'unsupported_jpeg'],
    ['a frame header of the wrong length', insert(frame, hex('ffc00002')), 'invalid_jpeg'],
    ['a DNL of the wrong length', insert(restarts.length - 2, hex('ffdc0002')), 'invalid_jpeg'],
  ])('%s', (_, bytes, code) => {
    expect(codeOf(() => findEndOfImage(bytes))).toBe(code);
  });

  it('may hold a TEM marker all the same', () => {
    expect(findEndOfImage(insert(frame, hex('ff01')))).toBe(restarts.length + 2);
  });
});
