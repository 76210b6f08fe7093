/** Where the samples of one plane lie: counts and distances along x and y, in 16-bit words. */
export interface Plane {
  readonly nx: number;
  readonly ox: number;
  readonly ny: number;
  readonly oy: number;
}

/**
 * The inverse of OpenEXR's 2D Haar wavelet, in place (ImfWav.cpp). With values below 2^14 the sums cannot overflow;
 * else arithmetic is modulo 2^16.
 *
 * @param start of the plane in `words`
 * @param max the largest value that was encoded
 */
export function wavDecode(words: Uint16Array, start: number, { nx, ox, ny, oy }: Plane, max: number): void {
  const merge = max < 1 << 14 ? merge14 : merge16;
  let p2 = 1;
  while (p2 * 2 <= Math.min(nx, ny)) p2 *= 2;
  for (let p = p2 >> 1; p >= 1; p2 = p, p >>= 1) {
    let y = 0;
    for (; y <= ny - p2; y += p2) {
      const row = start + y * oy;
      let x = 0;
      for (; x <= nx - p2; x += p2) {
        const i00 = row + x * ox;
        const i01 = i00 + p * ox;
        const i10 = i00 + p * oy;
        const i11 = i10 + p * ox;
        merge(words, i00, i10);
        merge(words, i01, i11);
        merge(words, i00, i01);
        merge(words, i10, i11);
      }
      if (nx & p) merge(words, row + x * ox, row + x * ox + p * oy);
    }
    if (ny & p) {
      const row = start + y * oy;
      for (let x = 0; x <= nx - p2; x += p2) merge(words, row + x * ox, row + (x + p) * ox);
    }
  }
}

/** (average, difference) at i and j → the two values there. */
function merge14(words: Uint16Array, i: number, j: number): void {
  const average = (words[i]! << 16) >> 16;
  const difference = (words[j]! << 16) >> 16;
  const first = average + (difference & 1) + (difference >> 1);
  words[i] = first;
  words[j] = first - difference;
}

function merge16(words: Uint16Array, i: number, j: number): void {
  const average = words[i]!;
  const difference = words[j]!;
  const second = (average - (difference >> 1)) & 0xffff;
  words[j] = second;
  words[i] = difference + second - 0x8000;
}
