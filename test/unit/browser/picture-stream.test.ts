import { beforeAll, describe, expect, it } from 'vitest';
import { pictureStream } from '../../../src/browser/service-worker/picture-stream.ts';
import { ultraHdrJpeg } from '../../../src/browser/ultra-hdr/ultra-hdr-jpeg.ts';
import { encode } from '../../../src/codec/index.ts';
import { pqEncode } from '../../../src/codec/pq.ts';
import { cut, readBase, readLayout, writeLayered, type LayeredLayout } from '../../../src/container/index.ts';
import { read } from '../../../src/formats/index.ts';
import { nodeJpegCoder } from '../../../src/inference/jpeg-node.ts';

const coder = nodeJpegCoder();
const [width, height] = [64, 48];
const data = Float32Array.from({ length: width * height * 3 }, (_, i) => 1 + Math.sin(i / 50) + (i % 7) / 3);

let file: Uint8Array<ArrayBuffer>;
let layout: LayeredLayout;
let base: Uint8Array;
let ultraHdr: Uint8Array<ArrayBuffer>;
beforeAll(async () => {
  const picture = { width, height, data, primaries: 'bt709', nitsPerUnit: 203 } as const;
  const encoded = await encode(picture, { layers: 0 }, { networks: null, jpeg: coder });
  const { header } = readLayout(encoded) as LayeredLayout;
  base = cut(encoded, { hdr: '0' });
  // What is in the layers is the decoder's business.
  const layers = [1, 2].map((k) => ({ data: new Uint8Array(1000).fill(k), range: 1 }));
  file = new Uint8Array(writeLayered({ base, header, layers }));
  layout = readLayout(file) as LayeredLayout;
  const pq = { ...picture, data: data.map((v) => pqEncode(203 * v)) };
  ultraHdr = await ultraHdrJpeg(base, pq, 3, coder);
});

async function* inPieces(
  bytes: Uint8Array<ArrayBuffer>,
  error?: Error,
): AsyncGenerator<Uint8Array<ArrayBuffer>> {
  for (let at = 0; at < bytes.length; at += 700) yield await Promise.resolve(bytes.slice(at, at + 700));
  if (error !== undefined) throw error;
}

interface Made {
  readonly sent: Uint8Array<ArrayBuffer>[];
  /** Sizes of the files that were to be decoded. */
  readonly asked: number[];
  readonly kept: Blob[];
  readonly error: unknown;
}

async function streamed(
  chunks: AsyncIterable<Uint8Array<ArrayBuffer>>,
  make: (partsSent: number) => Promise<Blob> = () => Promise.resolve(new Blob([ultraHdr])),
): Promise<Made> {
  const made = { sent: [] as Uint8Array<ArrayBuffer>[], asked: [] as number[], kept: [] as Blob[] };
  const parts = pictureStream(chunks, {
    make: (blob) => {
      made.asked.push(blob.size);
      return make(made.sent.length);
    },
    onMade: (blob) => made.kept.push(blob),
  });
  try {
    for await (const part of parts) made.sent.push(part);
    return { ...made, error: undefined };
  } catch (error) {
    return { ...made, error };
  }
}

const joined = ({ sent }: Made): Buffer => Buffer.concat(sent);

describe('the stream that an image is answered with', () => {
  it('begins with the base before anything was decoded, and is the Ultra HDR JPEG', async () => {
    let sentBefore = 0;
    const made = await streamed(inPieces(file), (sent) => {
      sentBefore = sent;
      return Promise.resolve(new Blob([ultraHdr]));
    });
    expect(made.asked).toEqual([file.length]);
    expect(made.kept).toHaveLength(1);
    const { data: light } = await read(new Uint8Array(joined(made)));
    expect(light).toEqual((await read(ultraHdr)).data);
    expect(sentBefore).toBe(1);
  });

  it('decodes the layers that are whole where the connection breaks off, and keeps nothing of it', async () => {
    const until = layout.layers[1]!.offset + 10;
    const made = await streamed(inPieces(file.slice(0, until), new TypeError('network error')));
    expect(made).toMatchObject({ asked: [until], kept: [], error: undefined });
    expect((await read(new Uint8Array(joined(made)))).data).toEqual((await read(ultraHdr)).data);
  });

  it('ends with the base where there is no whole layer, or decoding fails', async () => {
    const none = await streamed(inPieces(file.slice(0, layout.layers[0]!.offset + 10)));
    const failed = await streamed(inPieces(file), () => Promise.reject(new Error('No.')));
    for (const made of [none, failed]) {
      expect(made.sent).toHaveLength(1);
      expect(joined(made).includes(Buffer.from(base.subarray(2)))).toBe(true);
      expect(made).toMatchObject({ kept: [], error: undefined });
    }
    expect(none.asked).toEqual([]);
  });

  it('is the base to the byte where there are no layers', async () => {
    const made = await streamed(inPieces(file.slice(0, layout.base.length)));
    expect(joined(made)).toEqual(Buffer.from(readBase(file, layout)));
    expect(made.asked).toEqual([]);
  });

  it('passes on an Ultra HDR JPEG that somebody else made, map and all', async () => {
    const made = await streamed(inPieces(ultraHdr));
    expect(joined(made)).toEqual(Buffer.from(ultraHdr));
    expect(made.asked).toEqual([]);
  });

  it('passes on what is no JPEG, and an error within the base', async () => {
    const text = new TextEncoder().encode('Not a picture.');
    const passed = await streamed(inPieces(text));
    expect([joined(passed), passed.error]).toEqual([Buffer.from(text), undefined]);
    const strange = new Uint8Array([0xff, 0xd8, 0xff, 0xd9, ...new Uint8Array(5000).fill(7)]);
    const whole = await streamed(inPieces(strange));
    expect([joined(whole), whole.error]).toEqual([Buffer.from(strange), undefined]);
    const error = new TypeError('network error');
    const half = file.slice(0, layout.base.length / 2);
    const made = await streamed(inPieces(half, error));
    expect(joined(made)).toEqual(Buffer.from(half));
    expect(made.error).toBe(error);
  });
});
