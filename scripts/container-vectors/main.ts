/**
 * Writes test/vectors/container: small files, whole and damaged, and vectors.json with what reading each must answer.
 * The answers are said here by hand, not by the reader. `node scripts/container-vectors/main.ts`, after a change of format.
 */
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { writeLayered } from '../../src/container/index.ts';
import { at, f32, flipped, frame, inserted, longer, u16, u32, u8, withDnl, withHeader } from './damage.ts';
import { AFTER_SOI, layered, sdr } from './expect.ts';
import {
  base,
  box,
  boxBytes,
  file,
  gainMap,
  header,
  layer1,
  layers,
  progressive,
  turned,
  WIDTH,
} from './sample.ts';

const FOLDER = new URL('../../test/vectors/container/', import.meta.url);

const whole = layered(file.length);
const prefix = (length: number) => file.subarray(0, length);
const cutAt = (length: number) => [prefix(length), layered(length)] as const;
const error = (code: string) => ({ error: code });
const broken = ({ offset, length }: { offset: number; length: number }, code: string) => ({
  ...{ offset, length, complete: true },
  ...error(code),
});

const ONE_BYTE_LAYERS = 32;
const progressiveBox = boxBytes + (ONE_BYTE_LAYERS - 2) * 12;
const oneByteLayers = Array.from({ length: ONE_BYTE_LAYERS }, (_, i) => ({
  data: Uint8Array.of(i),
  range: 2 ** -i,
}));

const EXIF_BYTES = turned.length - base.length;
/** Two segments, of 6 and of 8 bytes, before what stands for a map. */
const announced = Buffer.from('ffe100046869ffe20006746865726d6170', 'hex');

const readable: Record<string, readonly [bytes: Uint8Array, expect: object]> = {
  layered: [file, whole],
  'layered-trailing': [Buffer.concat([file, Buffer.from('more')]), layered(file.length + 4)],
  'layered-minor-version': [
    longer(3, 'field'),
    {
      ...whole,
      headerBox: { offset: box, length: boxBytes + 5 },
      layers: whole.layers.map((layer) => ({ ...layer, offset: layer.offset + 5 })),
      gainMap: { ...whole.gainMap, offset: whole.gainMap.offset + 5 },
    },
  ],
  'layered-announced': [
    writeLayered({ base, header, layers, gainMap: announced }),
    {
      ...whole,
      gainMap: {
        ...{ offset: layer1 + 21, length: announced.length, complete: true },
        ...{ hex: announced.toString('hex'), announcement: { at: AFTER_SOI, length: 14 } },
      },
    },
  ],
  'layered-turned': [
    writeLayered({ base: turned, header, layers, gainMap }),
    {
      ...whole,
      base: { offset: 0, length: turned.length },
      orientation: 6,
      headerBox: { offset: turned.length, length: boxBytes },
      layers: whole.layers.map((layer) => ({ ...layer, offset: layer.offset + EXIF_BYTES })),
      gainMap: {
        ...{ ...whole.gainMap, offset: whole.gainMap.offset + EXIF_BYTES },
        announcement: { at: AFTER_SOI + EXIF_BYTES, length: 0 },
      },
    },
  ],
  'layered-none': [
    writeLayered({ base, header, layers: [] }),
    { ...whole, headerBox: { offset: box, length: boxBytes - 24 }, ranges: [], layers: [], gainMap: null },
  ],
  'layered-progressive-32': [
    writeLayered({ base: progressive, header, layers: oneByteLayers }),
    {
      ...whole,
      base: { offset: 0, length: progressive.length },
      headerBox: { offset: progressive.length, length: progressiveBox },
      ranges: oneByteLayers.map((layer) => layer.range),
      layers: oneByteLayers.map(({ data }, i) => ({
        ...{ offset: progressive.length + progressiveBox + i, length: 1, complete: true },
        hex: Buffer.from(data).toString('hex'),
      })),
      gainMap: null,
    },
  ],
  'cut-after-base': [prefix(box), sdr()],
  'cut-in-magic': [prefix(box + 3), sdr({ truncatedHeader: true })],
  'cut-in-lead': [prefix(box + 13), sdr({ truncatedHeader: true })],
  'cut-in-header': [prefix(box + 60), sdr({ truncatedHeader: true })],
  'cut-before-header-end': [prefix(layer1 - 1), sdr({ truncatedHeader: true })],
  'cut-after-header': cutAt(layer1),
  'cut-in-layer-1': cutAt(layer1 + 10),
  'cut-after-layer-1': cutAt(layer1 + 11),
  'cut-in-layer-2': cutAt(layer1 + 12),
  'cut-in-gain-map': cutAt(file.length - 1),
  'sdr-trailing-jpeg': [Buffer.concat([base, base]), sdr({ trailing: base.length })],
  'sdr-trailing-png': [Buffer.concat([base, Buffer.from('89504e470d0a1a0a00', 'hex')]), sdr({ trailing: 9 })],
  'sdr-trailing-zeros': [Buffer.concat([base, Buffer.alloc(3)]), sdr({ trailing: 3 })],
  'sdr-fill-bytes': [inserted(frame, 0xff, 0xff, 0xff), sdr({ base: { offset: 0, length: box + 3 } })],
  'sdr-turned': [turned, sdr({ base: { offset: 0, length: turned.length }, orientation: 6 })],
  'sdr-dnl': [withDnl(), sdr({ base: { offset: 0, length: box + 6 } })],
  'damaged-base': [flipped(box - 3, 1), { ...whole, baseError: 'damaged_base' }],
  'damaged-layer-1': [
    flipped(layer1),
    { ...whole, layers: [broken(whole.layers[0]!, 'damaged_layer'), whole.layers[1]] },
  ],
  'damaged-gain-map': [
    flipped(file.length - 1),
    {
      ...whole,
      gainMap: {
        ...broken(whole.gainMap, 'damaged_gain_map'),
        announcement: whole.gainMap.announcement,
      },
    },
  ],
  'header-layer-4-gib': [
    u32(at.layer1, 0xffffffff),
    {
      ...whole,
      layers: [
        { offset: layer1, length: 0xffffffff, complete: false },
        { offset: layer1 + 0xffffffff, length: 10, complete: false },
      ],
      gainMap: {
        ...{ offset: layer1 + 0xffffffff + 10, length: 8, complete: false },
        announcement: { at: 0, length: 0 },
      },
    },
  ],
};

const refused: Record<string, Record<string, Uint8Array>> = {
  not_jpeg: {
    'not-jpeg-empty': new Uint8Array(),
    'not-jpeg-png': Buffer.from('89504e470d0a1a0a', 'hex'),
  },
  truncated_jpeg: { 'cut-in-base': prefix(box - 1), 'cut-in-base-segment': prefix(30) },
  invalid_jpeg: {
    'jpeg-no-scan': Buffer.from('ffd8ffd9', 'hex'),
    'jpeg-no-marker': inserted(frame, 0x00),
    'jpeg-restart-outside-scan': inserted(frame, 0xff, 0xd0),
    'jpeg-segment-length-1': inserted(frame, 0xff, 0xe5, 0x00, 0x01),
  },
  unsupported_jpeg: {
    'jpeg-hierarchical': inserted(frame, 0xff, 0xde, 0x00, 0x02),
    'jpeg-ls': inserted(frame, 0xff, 0xf7, 0x00, 0x02),
  },
  damaged_header: {
    'damaged-magic': flipped(box, 0x80),
    'damaged-by-text-mode': Buffer.concat([base, file.subarray(box, box + 4), file.subarray(box + 5)]),
    'damaged-lead': flipped(box + at.boxBytes),
    'damaged-header': flipped(box + at.nits),
    'damaged-header-checksum': flipped(layer1 - 1),
  },
  unsupported_version: { 'version-0': u8(at.version, 0), 'version-2': u8(at.version, 2) },
  base_mismatch: {
    'header-of-other-base': u32(at.base, base.length - 1),
    'damaged-base-early-end': Buffer.concat([prefix(box - 4), Buffer.of(0xff, 0xd9), file.subarray(box - 2)]),
    'header-of-other-size': u32(at.width, WIDTH + 1),
  },
  invalid_header: {
    'header-short': u16(at.boxBytes, 19),
    'header-ends-in-fields': withHeader((b) => {
      const changed = Buffer.concat([b.subarray(0, 60), Buffer.alloc(4)]);
      changed.writeUInt16BE(64, at.boxBytes);
      return changed;
    }),
    'header-left-over': longer(0, 'field'),
    'header-width-0': u32(at.width, 0),
    'header-width-65536': u32(at.width, 65536),
    'header-primaries-2': u8(at.primaries, 2),
    'header-transfer-18': u8(at.transfer, 18),
    'header-id-empty': u8(at.idBytes, 0),
    'header-id-path': withHeader((b) => void b.write('../..', at.id, 'latin1')),
    'header-33-layers': u8(at.layerCount, 33),
    'header-nits-0': f32(at.nits, 0),
    'header-nits-infinite': f32(at.nits, Infinity),
    'header-headroom-nan': f32(at.headroom, NaN),
    'header-tile-0': u16(at.core, 0),
    'header-tile-17': u16(at.core, 17),
    'header-halo-2048': u16(at.halo, 2048),
    'header-layer-empty': u32(at.layer1, 0),
    'header-range-negative': f32(at.range1, -1),
    'header-gain-map-absent-checksum': u32(at.gainMap, 0),
    'header-curve-one-knot': u8(at.curve, 0),
    // The first knot becomes −1001.
    'header-curve-out-of-range': u8(at.curve + 1, 0xd1),
    'header-curve-long-number': withHeader((b) => void b.fill(0x80, at.curve + 1, at.curve + 4)),
  },
};

rmSync(FOLDER, { recursive: true, force: true });
mkdirSync(FOLDER, { recursive: true });
const index: { file: string; expect: object }[] = [];
function write(name: string, bytes: Uint8Array, expect: object): void {
  writeFileSync(new URL(`${name}.bin`, FOLDER), bytes);
  index.push({ file: `${name}.bin`, expect });
}
for (const [name, [bytes, expect]] of Object.entries(readable)) write(name, bytes, expect);
for (const [code, files] of Object.entries(refused)) {
  for (const [name, bytes] of Object.entries(files)) write(name, bytes, error(code));
}
writeFileSync(new URL('vectors.json', FOLDER), `${JSON.stringify(index, null, 1)}\n`);
console.log(`${index.length} vectors; the layered one: base ${base.length} bytes, header box ${boxBytes}`);
