import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { parseNumberItem } from '../../src/delivery/structured-number.ts';
import { startEdge, uploaded } from '../runtime/edge-harness.ts';
import type { Edge } from '../runtime/edge-harness.ts';

/** RFC 9651 (before it RFC 8941), structured field values: what is sent, read strictly, in workerd; and what is read. */

let edge: Edge;
beforeAll(async () => {
  edge = await startEdge();
  await uploaded(edge, 'a.exr');
});
afterAll(() => edge.stop());

type Bare = number | string | boolean | { readonly token: string };

/** §4.2.3, an item with its parameters; throws where parsing fails. */
function parseItem(text: string): { readonly value: Bare; readonly parameters: ReadonlyMap<string, Bare> } {
  let rest = text.replace(/^ +| +$/g, '');
  const take = (pattern: RegExp): string | undefined => {
    const [taken] = pattern.exec(rest) ?? [];
    if (taken !== undefined) rest = rest.slice(taken.length);
    return taken;
  };
  const bare = (): Bare => {
    const number = take(/^-?\d{1,12}\.\d{1,3}(?![\d.])|^-?\d{1,15}(?![\d.])/);
    if (number !== undefined) return Number(number);
    const string = take(/^"(?:[\x20\x21\x23-\x5b\x5d-\x7e]|\\["\\])*"/);
    if (string !== undefined) return string.slice(1, -1).replace(/\\(.)/g, '$1');
    const token = take(/^[A-Za-z*][\w!#$%&'*+.^`|~:/-]*/);
    if (token !== undefined) return { token };
    const boolean = take(/^\?[01]/);
    if (boolean !== undefined) return boolean === '?1';
    throw new Error(`no bare item at: ${rest}`);
  };
  const value = bare();
  const parameters = new Map<string, Bare>();
  while (take(/^; */) !== undefined) {
    const key = take(/^[a-z*][a-z0-9_.*-]*/);
    if (key === undefined) throw new Error(`no key at: ${rest}`);
    parameters.set(key, take(/^=/) === undefined ? true : bare());
  }
  if (rest !== '') throw new Error(`left over: ${rest}`);
  return { value, parameters };
}

async function field(path: string, name: string, headers: Record<string, string> = {}): Promise<string> {
  const response = await edge.get(path, { headers });
  await response.body?.cancel();
  return response.headers.get(name) ?? '';
}

describe('§3.3, the Afterglow field is an item: a token with parameters', () => {
  test.each([
    ['?hdr=0', 'sdr', {}],
    ['?hdr=1', 'layered', { layers: 3, of: 3, model: 'han2020' }],
    ['?hdr=1&layers=2', 'layered', { layers: 2, of: 3, model: 'han2020' }],
    ['?hdr=gainmap', 'sdr', {}],
  ])('%s', async (query, token, parameters) => {
    const item = parseItem(await field(`/images/a.exr${query}`, 'Afterglow'));
    expect(item.value).toEqual({ token });
    expect(Object.fromEntries(item.parameters)).toEqual(parameters);
  });

  test('§3.1.2: a parameter without a value is true: ;pending', async () => {
    const item = parseItem(await field('/images/a.exr?hdr=1&w=20', 'Afterglow'));
    expect(item.value).toEqual({ token: 'sdr' });
    expect(Object.fromEntries(item.parameters)).toEqual({ pending: true });
  });
});

describe('§3.1, lists', () => {
  test.each(['Accept-CH', 'Critical-CH', 'Cache-Status'])('%s is one of items', async (name) => {
    const members = (await field('/images/a.exr', name)).split(',').map(parseItem);
    expect(members.length).toBeGreaterThan(0);
    for (const { value } of members) expect(value).toHaveProperty('token');
  });
});

describe('§4.2, reading hints', () => {
  test.each([
    ['640', 640],
    ['-5', -5],
    ['1.5', 1.5],
    ['  2  ', 2],
    ['2;a', 2],
    ['2; a=1;b="x;y";c=?0;d=tok/en;e=:aGk=:', 2],
    ['999999999999999', 999_999_999_999_999],
  ])('§4.2.4: %s is a number', (text, number) => {
    expect(parseNumberItem(text)).toBe(number);
  });

  test.each([
    null,
    '',
    '1.',
    '.5',
    '1.2345',
    '1234567890123.1',
    '1234567890123456',
    '+1',
    '1e3',
    '0x10',
    '1 2',
    '2;',
    '2;A=1',
    '2;a="',
    '2;a=é',
    '"2"',
    '?1',
    '\t2',
  ])('%s fails, and is as if it were not there', (text) => {
    expect(parseNumberItem(text)).toBeUndefined();
  });

  test('§4.2: several lines of an item fail', async () => {
    const one = await field('/images/a.exr?hdr=0', 'ETag', { 'Sec-CH-Width': '10' });
    const two = await field('/images/a.exr?hdr=0', 'ETag', { 'Sec-CH-Width': '10, 20' });
    const none = await field('/images/a.exr?hdr=0', 'ETag');
    expect(two).toBe(none);
    expect(one).toBe(none);
  });

  test('an item has no limit in the number of its parameters, and takes no time', () => {
    expect(parseNumberItem(`1${';a=1'.repeat(10_000)}`)).toBe(1);
    expect(parseNumberItem(`1${'; '.repeat(10_000)}`)).toBeUndefined();
  });
});
