const INTERESTING = [0, 1, 2, 0x7f, 0x80, 0xff];

/** One to four of: a byte or a 32-bit number overwritten, a bit flipped, a piece cut out, doubled, or the end cut off. */
export function mutate(source: Uint8Array, random: (below: number) => number): Uint8Array {
  let bytes = Uint8Array.from(source);
  for (let count = 1 + random(4); count > 0 && bytes.length > 8; count--) {
    // Headers are where most decisions are taken.
    const at = random(random(2) ? bytes.length : Math.min(bytes.length, 512));
    const length = 1 + random(16);
    switch (random(6)) {
      case 0:
        bytes[at] = random(256);
        break;
      case 1:
        bytes[at] = INTERESTING[random(INTERESTING.length)]!;
        break;
      case 2:
        bytes[at]! ^= 1 << random(8);
        break;
      case 3:
        for (let i = 0; i < 4 && at + i < bytes.length; i++)
          bytes[at + i] = INTERESTING[random(INTERESTING.length)]!;
        break;
      case 4:
        bytes = Uint8Array.from([
          ...bytes.subarray(0, at),
          ...bytes.subarray(at + (random(2) ? length : -length)),
        ]);
        break;
      default:
        if (random(4) === 0) bytes = bytes.slice(0, at);
    }
  }
  return bytes;
}

/** The beginning of one and the end of another. */
export function spliced(a: Uint8Array, b: Uint8Array, random: (below: number) => number): Uint8Array {
  const at = random(Math.min(a.length, b.length));
  return Uint8Array.from([...a.subarray(0, at), ...b.subarray(at)]);
}

/** Lehmer's generator: uniform enough, and the same everywhere. */
export function generator(seed: number): (below: number) => number {
  let state = (seed % 0x7ffffffe) + 1;
  return (below) => {
    state = (state * 48271) % 0x7fffffff;
    return state % below;
  };
}
