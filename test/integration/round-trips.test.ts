import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { decode, encode } from '../../src/codec/index.ts';
import type { HdrPicture } from '../../src/codec/picture.ts';
import { toBt709 } from '../../src/codec/primaries.ts';
import { announcementPlace, cut } from '../../src/container/index.ts';
import type { FileFormat } from '../../src/delivery/file-format.ts';
import { read, write, type WritableKind } from '../../src/formats/index.ts';
import { gainMapMaker } from '../../src/gain-map/index.ts';
import { nodeJpegCoder } from '../../src/inference/jpeg-node.ts';
import { loadNetworks, type LoadedNetworks } from '../../src/inference/node.ts';
import { renderEncode } from '../../src/origin/render.ts';
import { QualityReference } from '../../src/metrics/index.ts';

const [width, height] = [96, 64];
/** Tones and colours of a landscape at dusk, from 0.5 to 2,000 cd/m², lighter at the top and on the left: it knows its way up. */
const scene: HdrPicture = {
  width,
  height,
  data: Float32Array.from({ length: width * height * 3 }, (_, i) => {
    const [x, y, c] = [Math.floor(i / 3) % width, Math.floor(i / 3 / width), i % 3];
    const lamp = 2000 * Math.exp(-(((x - 20) / 6) ** 2) - ((y - 12) / 6) ** 2);
    const sky = 120 * (1 - y / height) * [0.7, 0.9, 1.3][c]! + 30 * (1 - x / width);
    return lamp + sky + [14, 10, 6][c]! * (1.2 + Math.sin(x / 9) * Math.cos(y / 7));
  }),
  primaries: 'bt709',
  nitsPerUnit: 1,
};

const HIGHEST = 100;
const LAYERS = 8;
const jpeg = nodeJpegCoder();

/** An Exif segment that says orientation 6: what is stored on the left is above. */
const ON_ITS_SIDE = Buffer.from(
  'ffe1002245786966000049492a0008000000010012010300010000000600000000000000',
  'hex',
);

async function ultraHdr(): Promise<Uint8Array> {
  const options = { layers: 0, quality: 95, gainMap: gainMapMaker(jpeg) };
  return cut(await encode(scene, options, { networks: null, jpeg }), { hdr: 'gainmap' });
}

/** A master of each kind that is read; what it says is what `read` says of it. */
const masters: Record<string, () => Promise<Uint8Array>> = {
  exr: () => write(scene, 'exr'),
  'exr of half floats': () => write(scene, 'exr', { half: true }),
  radiance: () => write(scene, 'hdr'),
  pfm: () => write(scene, 'pfm'),
  'png, PQ': () => write(scene, 'png'),
  'avif, PQ': () => write(scene, 'avif', { quality: HIGHEST }),
  'ultra hdr': ultraHdr,
  'ultra hdr on its side': async () => {
    const file = await ultraHdr();
    const at = announcementPlace(file);
    return Buffer.concat([file.subarray(0, at), ON_ITS_SIDE, file.subarray(at)]);
  },
};
/** What the service sends of it. */
const DELIVERED = ['exr', 'png', 'avif', 'gainmap'] as const;
/** What the command line makes of the layers. */
const DECODED = ['exr', 'hdr', 'pfm', 'png', 'avif'] as const satisfies readonly WritableKind[];

let networks: LoadedNetworks;
beforeAll(async () => {
  networks = await loadNetworks({ modelsFolder: 'models', providers: ['cpu'] });
});
afterAll(() => networks.release());

/** Light in cd/m², BT.709. */
function nits(picture: HdrPicture, perUnit = picture.nitsPerUnit): Float32Array {
  return toBt709(picture).data.map((light) => light * perUnit!);
}

describe.each(Object.keys(masters))('%s', (name) => {
  let body: Uint8Array;
  let source: HdrPicture;
  let layered: Uint8Array;
  let decoded: HdrPicture;

  const rendered = async (format?: FileFormat) => {
    const parameters = { variant: { q: HIGHEST }, layers: LAYERS, format };
    const parts = { jpeg, maxPixels: 1e6, networks: () => Promise.resolve(networks) };
    return (await renderEncode(body, parameters, parts)).bytes;
  };

  beforeAll(async () => {
    body = await masters[name]!();
    source = await read(body);
    layered = await rendered();
    decoded = await decode(layered, {}, { networks, jpeg });
  });

  async function expectSame(file: Uint8Array): Promise<void> {
    const shown = await read(file);
    expect([shown.width, shown.height]).toEqual([source.width, source.height]);
    // What a file does not say of its scale is what the layered file says.
    const given = nits(shown, shown.nitsPerUnit ?? decoded.nitsPerUnit);
    const wanted = nits(source, source.nitsPerUnit ?? decoded.nitsPerUnit);
    const { deItp } = new QualityReference(wanted, source.width, source.height).compare(given);
    expect(deItp).toBeLessThan(1);
  }

  test.each(DELIVERED)('is delivered as %s in its colours, and upright', async (output) => {
    await expectSame(output === 'gainmap' ? cut(layered, { hdr: 'gainmap' }) : await rendered(output));
  });

  test.each(DECODED)('comes as %s out of its layers in its colours, and upright', async (output) => {
    await expectSame(await write(decoded, output, { quality: HIGHEST }));
  });
});

test('what a browser shows of AVIF and PNG is upright, too', async () => {
  const source = await read(await masters['ultra hdr on its side']!());
  for (const kind of ['avif', 'png'] as const) {
    const { width: w, height: h, orientation } = await sharp(await write(source, kind)).metadata();
    expect([w, h, orientation ?? 1]).toEqual([height, width, 1]);
  }
});
