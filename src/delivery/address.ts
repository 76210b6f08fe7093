/*
 * Which IP addresses a server may be asked to fetch from: the public ones. Written here, since the platform's block lists are
 * Node's alone and this file runs in workerd; it is a table and two short parsers.
 */

interface Block {
  /** The first bytes of the network's address. */
  readonly bytes: readonly number[];
  /** Length of the prefix, in bits. */
  readonly prefix: number;
  readonly name: string;
}

/** What is not globally reachable of IPv4, by IANA's Special-Purpose Address Registry (RFC 6890), and multicast. */
const IPV4_BLOCKS: readonly Block[] = [
  { bytes: [0], prefix: 8, name: 'this network (RFC 791)' },
  { bytes: [10], prefix: 8, name: 'private (RFC 1918)' },
  { bytes: [100, 64], prefix: 10, name: 'carrier-grade NAT (RFC 6598)' },
  { bytes: [127], prefix: 8, name: 'loopback (RFC 1122)' },
  { bytes: [169, 254], prefix: 16, name: 'link-local (RFC 3927)' },
  { bytes: [172, 16], prefix: 12, name: 'private (RFC 1918)' },
  { bytes: [192, 0, 0], prefix: 24, name: 'IETF protocols (RFC 6890)' },
  { bytes: [192, 0, 2], prefix: 24, name: 'documentation (RFC 5737)' },
  { bytes: [192, 88, 99], prefix: 24, name: '6to4 relay (RFC 7526)' },
  { bytes: [192, 168], prefix: 16, name: 'private (RFC 1918)' },
  { bytes: [198, 18], prefix: 15, name: 'benchmarking (RFC 2544)' },
  { bytes: [198, 51, 100], prefix: 24, name: 'documentation (RFC 5737)' },
  { bytes: [203, 0, 113], prefix: 24, name: 'documentation (RFC 5737)' },
  { bytes: [224], prefix: 4, name: 'multicast (RFC 5771)' },
  { bytes: [240], prefix: 4, name: 'reserved or broadcast (RFC 1112)' },
];

/** IPv6 has one network that is handed out for global use; what lies outside is refused, known by name or not. */
const IPV6_GLOBAL: Block = { bytes: [0x20], prefix: 3, name: 'global unicast (RFC 4291)' };

/**
 * What is refused of IPv6, for the sake of its name also outside the global network. Addresses that embed an IPv4 address are
 * refused whatever it is: a host that is public is reachable without them.
 */
const IPV6_BLOCKS: readonly Block[] = [
  { bytes: [...zeros(10), 0xff, 0xff], prefix: 96, name: 'IPv4-mapped (RFC 4291)' },
  { bytes: [...zeros(15), 1], prefix: 128, name: 'loopback (RFC 4291)' },
  { bytes: zeros(16), prefix: 128, name: 'unspecified (RFC 4291)' },
  { bytes: zeros(12), prefix: 96, name: 'IPv4-compatible (RFC 4291)' },
  { bytes: [0x00, 0x64, 0xff, 0x9b, ...zeros(8)], prefix: 96, name: 'NAT64 (RFC 6052)' },
  { bytes: [0x00, 0x64, 0xff, 0x9b, 0, 1], prefix: 48, name: 'NAT64, local use (RFC 8215)' },
  { bytes: [0x20, 0x01, 0, 0], prefix: 32, name: 'Teredo (RFC 4380)' },
  { bytes: [0x20, 0x01, 0], prefix: 23, name: 'IETF protocols (RFC 2928)' },
  { bytes: [0x20, 0x01, 0x0d, 0xb8], prefix: 32, name: 'documentation (RFC 3849)' },
  { bytes: [0x20, 0x02], prefix: 16, name: '6to4 (RFC 3056)' },
  { bytes: [0x3f, 0xff, 0], prefix: 20, name: 'documentation (RFC 9637)' },
  { bytes: [0xfc], prefix: 7, name: 'unique local (RFC 4193)' },
  { bytes: [0xfe, 0x80], prefix: 10, name: 'link-local (RFC 4291)' },
  { bytes: [0xfe, 0xc0], prefix: 10, name: 'site-local (RFC 3879)' },
  { bytes: [0xff], prefix: 8, name: 'multicast (RFC 4291)' },
];

/**
 * The 4 or 16 bytes of an IP address in text: dotted decimal, or IPv6 (RFC 4291 §2.2) with or without brackets, also with an
 * IPv4 tail. `undefined` for anything else. The spellings that only browsers know (`0x7f.1`, `017700000001`, `2130706433`)
 * are not read here: the URL parser has turned them into dotted decimal before.
 */
export function parseAddress(text: string): readonly number[] | undefined {
  const bare = text.startsWith('[') && text.endsWith(']') ? text.slice(1, -1) : text;
  return bare.includes(':') ? parseIpv6(bare) : parseIpv4(bare);
}

/** Why an address must not be fetched from, in words for the log; `undefined`: it is a public one. */
export function addressFault(address: readonly number[]): string | undefined {
  if (address.length === 4) return IPV4_BLOCKS.find((block) => contains(block, address))?.name;
  const block = IPV6_BLOCKS.find((candidate) => contains(candidate, address));
  if (block !== undefined) return block.name;
  return contains(IPV6_GLOBAL, address) ? undefined : 'not global unicast (RFC 4291)';
}

function contains({ bytes, prefix }: Block, address: readonly number[]): boolean {
  for (let bit = 0; bit < prefix; bit += 8) {
    const mask = 0xff & (0xff << Math.max(0, 8 - (prefix - bit)));
    const at = bit / 8;
    if (((address[at] ?? 0) & mask) !== ((bytes[at] ?? 0) & mask)) return false;
  }
  return true;
}

function parseIpv4(text: string): number[] | undefined {
  const parts = text.split('.');
  if (parts.length !== 4 || !parts.every((part) => /^(?:0|[1-9]\d{0,2})$/.test(part))) return undefined;
  const bytes = parts.map(Number);
  return bytes.every((byte) => byte <= 255) ? bytes : undefined;
}

function parseIpv6(text: string): number[] | undefined {
  const [head = '', tail, ...more] = text.split('::');
  if (more.length > 0) return undefined;
  const before = groups(head, tail === undefined);
  const after = tail === undefined ? [] : groups(tail, true);
  if (before === undefined || after === undefined) return undefined;
  const missing = 16 - before.length - after.length;
  if (tail === undefined ? missing !== 0 : missing < 2) return undefined;
  return [...before, ...zeros(missing), ...after];
}

/** The bytes of groups with colons between them; the last may be an IPv4 address where they end the address. */
function groups(text: string, last: boolean): number[] | undefined {
  if (text === '') return [];
  const bytes: number[] = [];
  const parts = text.split(':');
  for (const [i, part] of parts.entries()) {
    const ipv4 = last && i === parts.length - 1 && part.includes('.') ? parseIpv4(part) : undefined;
    if (ipv4 !== undefined) bytes.push(...ipv4);
    else if (/^[0-9a-f]{1,4}$/i.test(part))
      bytes.push(Number.parseInt(part, 16) >> 8, Number.parseInt(part, 16) & 255);
    else return undefined;
  }
  return bytes;
}

function zeros(length: number): number[] {
  return new Array<number>(length).fill(0);
}
