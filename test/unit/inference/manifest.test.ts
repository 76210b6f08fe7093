import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { checkModelFile, parseManifest, selectModel } from '../../../src/inference/manifest.ts';

const sha256 = (...parts: Uint8Array[]) => {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(part);
  return hash.digest();
};
const bytes = {
  encoder: Buffer.from('encoder'),
  decoder: Buffer.from('decoder'),
  post: Buffer.from('post'),
  enhance: Buffer.from('enhance'),
};
const file = (name: keyof typeof bytes, path = `small/${name}.onnx`) => ({
  path,
  sha256: sha256(bytes[name]).toString('hex'),
  bytes: bytes[name].length,
});
const small = {
  family: 'han2020',
  files: { encoder: file('encoder'), decoder: file('decoder'), post: file('post') },
  codeChannels: 32,
  stride: 16,
  tile: 64,
  overlap: { encoder: 32, decoder: 48, post: 64 },
  trainedOn: 'nothing',
};
const glow = {
  family: 'glow2026',
  files: { enhance: file('enhance', 'glow/enhance.onnx') },
  stride: 8,
  tile: 64,
  overlap: { encoder: 0, decoder: 0, post: 32 },
  trainedOn: 'nothing',
};
const text = (model: object = small, standard = 'small') =>
  JSON.stringify({ default: standard, models: { small: model } });

describe('the manifest', () => {
  test('describes the default model, its digest being that of the three digests', async () => {
    const { description, files } = await selectModel(parseManifest(text()));
    expect(description).toEqual({
      id: 'small',
      family: 'han2020',
      digest: new Uint8Array(sha256(sha256(bytes.encoder), sha256(bytes.decoder), sha256(bytes.post))),
      codeChannels: 32,
      stride: 16,
      geometry: { tile: 64, overlap: { encoder: 32, decoder: 48, post: 64 } },
    });
    expect([...files.keys()]).toEqual(['encoder', 'decoder', 'post']);
    expect(files.get('post')?.path).toBe('small/post.onnx');
  });

  test('describes a model of the other family by what that one needs', async () => {
    const { description, files } = await selectModel(parseManifest(text(glow)));
    expect(description).toEqual({
      id: 'small',
      family: 'glow2026',
      digest: new Uint8Array(sha256(sha256(bytes.enhance))),
      stride: 8,
      geometry: { tile: 64, overlap: { encoder: 0, decoder: 0, post: 32 } },
    });
    expect([...files]).toEqual([['enhance', glow.files.enhance]]);
  });

  test.each(['other', '__proto__', 'constructor', ''])('knows no model “%s”', async (id) => {
    await expect(selectModel(parseManifest(text()), id)).rejects.toMatchObject({ code: 'model_unknown' });
  });

  test.each([
    '/etc/passwd',
    '../small.onnx',
    'small/../../x.onnx',
    'C:/x.onnx',
    'small\\x.onnx',
    'small//x.onnx',
    '//host/x.onnx',
    'https://host/x.onnx',
    'small/x.onnx?y',
    '',
    '.',
  ])('refuses the path “%s”', (path) => {
    const model = { ...small, files: { ...small.files, encoder: file('encoder', path) } };
    expect(() => parseManifest(text(model))).toThrow(expect.objectContaining({ code: 'manifest_invalid' }));
  });

  test.each([
    ['no JSON', '{'],
    ['no object', 'null'],
    ['an unknown default', text(small, 'other')],
    [
      'a digest that is none',
      text({ ...small, files: { ...small.files, post: { ...file('post'), sha256: 'x' } } }),
    ],
    ['a tile that is no multiple of the stride', text({ ...small, tile: 100 })],
    ['tiles that no header can name', text({ ...glow, tile: 72 })],
    ['a family that is unknown', text({ ...small, family: 'han2021' })],
    ['no family', text({ ...small, family: undefined })],
    ['the networks of the other family', text({ ...glow, files: small.files })],
    [
      'a halo of a network that the family has not',
      text({ ...glow, overlap: { encoder: 0, decoder: 16, post: 32 } }),
    ],
    ['a missing network', text({ ...small, files: { encoder: file('encoder'), decoder: file('decoder') } })],
  ])('refuses %s', (_, manifest) => {
    expect(() => parseManifest(manifest)).toThrow(expect.objectContaining({ code: 'manifest_invalid' }));
  });
});

describe('a model file', () => {
  test('passes when length and digest are those of the manifest', async () => {
    await expect(checkModelFile(small.files.encoder, new Uint8Array(bytes.encoder))).resolves.toBeUndefined();
  });

  test.each([
    ['one bit flipped', Uint8Array.from(bytes.encoder, (byte, i) => (i === 3 ? byte ^ 1 : byte))],
    ['one byte missing', new Uint8Array(bytes.encoder.subarray(1))],
    ['nothing in it', new Uint8Array(0)],
  ])('is refused with %s', async (_, damaged) => {
    const refusal = expect(checkModelFile(small.files.encoder, damaged)).rejects;
    await refusal.toMatchObject({ code: 'model_file_damaged' });
  });
});
