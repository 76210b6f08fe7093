import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { addressFault, parseAddress } from '../../../src/delivery/address.ts';

const faultOf = (text: string): string | undefined => {
  const address = parseAddress(text);
  expect(address, text).toBeDefined();
  return addressFault(address ?? []);
};

describe('an address is parsed', () => {
  test.each([
    ['192.0.2.1', [192, 0, 2, 1]],
    ['::', new Array(16).fill(0)],
    ['[::1]', [...new Array<number>(15).fill(0), 1]],
    ['2001:DB8::ff', [0x20, 1, 0xd, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff]],
    ['1:2:3:4:5:6:7::', [0, 1, 0, 2, 0, 3, 0, 4, 0, 5, 0, 6, 0, 7, 0, 0]],
    ['::ffff:1.2.3.4', [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff, 1, 2, 3, 4]],
    ['64:ff9b::10.0.0.1', [0, 0x64, 0xff, 0x9b, 0, 0, 0, 0, 0, 0, 0, 0, 10, 0, 0, 1]],
  ])('%s', (text, bytes) => {
    expect(parseAddress(text)).toEqual(bytes);
  });

  test.each([
    ...[
      '',
      'example.com',
      '1.2.3',
      '1.2.3.4.5',
      '1.2.3.256',
      '01.2.3.4',
      '0x7f.0.0.1',
      '1.2.3.4 ',
      '2130706433',
    ],
    ...[':', ':::', '1::2::3', '1:2:3:4:5:6:7', '1:2:3:4:5:6:7:8:9', '1:2:3:4:5:6:7:8::', '::12345', '::g'],
    ...['1.2.3.4::', '::1.2.3.4:5', '::ffff:1.2.3.400', '[::1', 'fe80::1%eth0'],
  ])('but not %s', (text) => {
    expect(parseAddress(text)).toBeUndefined();
  });

  test('whatever comes, without failing', () => {
    fc.assert(
      fc.property(fc.oneof(fc.ipV4(), fc.ipV6(), fc.stringMatching(/^[0-9a-f:.[\]]{0,40}$/)), (text) => {
        const address = parseAddress(text);
        if (address === undefined) return;
        expect([4, 16]).toContain(address.length);
        expect(address.every((byte) => byte >= 0 && byte <= 255)).toBe(true);
      }),
    );
    fc.assert(fc.property(fc.oneof(fc.ipV4(), fc.ipV6()), (text) => parseAddress(text) !== undefined));
  });
});

describe('is refused', () => {
  test.each([
    ['0.0.0.0', 'this network'],
    ['10.0.0.0', 'private'],
    ['10.255.255.255', 'private'],
    ['100.64.0.0', 'carrier-grade NAT'],
    ['100.127.255.255', 'carrier-grade NAT'],
    ['127.0.0.1', 'loopback'],
    ['127.255.255.255', 'loopback'],
    ['169.254.169.254', 'link-local'],
    ['172.16.0.0', 'private'],
    ['172.31.255.255', 'private'],
    ['192.0.0.170', 'IETF protocols'],
    ['192.0.2.1', 'documentation'],
    ['192.168.0.1', 'private'],
    ['198.18.0.1', 'benchmarking'],
    ['198.19.255.255', 'benchmarking'],
    ['224.0.0.1', 'multicast'],
    ['239.255.255.255', 'multicast'],
    ['240.0.0.1', 'reserved'],
    ['255.255.255.255', 'reserved or broadcast'],
    ['::', 'unspecified'],
    ['::1', 'loopback'],
    ['::8.8.8.8', 'IPv4-compatible'],
    ['::ffff:8.8.8.8', 'IPv4-mapped'],
    ['::ffff:7f00:1', 'IPv4-mapped'],
    ['64:ff9b::8.8.8.8', 'NAT64'],
    ['64:ff9b:1::a00:1', 'NAT64, local use'],
    ['2001::1', 'Teredo'],
    ['2001:0:7f00:1::', 'Teredo'],
    ['2001:2::1', 'IETF protocols'],
    ['2001:20::1', 'IETF protocols'],
    ['2001:db8::1', 'documentation'],
    ['2002:7f00:1::', '6to4'],
    ['2002:808:808::', '6to4'],
    ['3fff:fff::1', 'documentation'],
    ['fc00::1', 'unique local'],
    ['fdff::1', 'unique local'],
    ['fe80::1', 'link-local'],
    ['febf::1', 'link-local'],
    ['fec0::1', 'site-local'],
    ['ff02::1', 'multicast'],
    ['100::1', 'not global unicast'],
    ['4000::1', 'not global unicast'],
    ['5f00::1', 'not global unicast'],
  ])('%s: %s', (text, name) => {
    expect(faultOf(text)).toContain(name);
  });
});

test.each([
  ...['1.1.1.1', '8.8.8.8', '9.255.255.255', '11.0.0.0', '100.63.255.255', '100.128.0.0', '126.255.255.255'],
  ...['128.0.0.0', '169.253.255.255', '172.15.255.255', '172.32.0.0', '192.0.1.0', '192.167.255.255'],
  ...['198.17.255.255', '198.20.0.0', '223.255.255.255'],
  ...['2001:200::1', '2001:4860:4860::8888', '2003::1', '2606:4700::1111', '2a00:1450::1', '3ffe::1'],
])('%s is public', (text) => {
  expect(faultOf(text)).toBeUndefined();
});

test('every private address is refused, and every way to write it in IPv6', () => {
  const bytes = fc.tuple(fc.nat(255), fc.nat(255), fc.nat(255));
  fc.assert(
    fc.property(fc.constantFrom('10', '127', '0'), bytes, (first, [b, c, d]) => {
      const dotted = [first, b, c, d].join('.');
      expect(faultOf(dotted)).toBeDefined();
      const high = ((Number(first) << 8) | b).toString(16);
      const low = ((c << 8) | d).toString(16);
      for (const text of [
        `::ffff:${dotted}`,
        `::${high}:${low}`,
        `64:ff9b::${dotted}`,
        `2002:${high}:${low}::1`,
        `2001:0:${high}:${low}::`,
      ])
        expect(faultOf(text), text).toBeDefined();
    }),
  );
});
