/**
 * The logistic domain in integers, so that every platform predicts the same: probabilities of a one in 1/65536, their
 * logits ("stretched" probabilities) in 1/256 nat within ±2047, as in Mahoney's lpaq and the ZPAQ specification.
 */

/** Largest logit, in 1/256 nat: just under 8 nats. */
export const LOGIT_LIMIT = 2047;

/** 65536 / (1 + e^(−x)) at x = 0, ¼, ½ … 8 nats. Written out, for what `Math.exp` rounds to is the platform's affair. */
const KNOTS = [
  32768, 36843, 40793, 44511, 47911, 50941, 53581, 55834, 57724, 59287, 60565, 61598, 62428, 63090, 63615,
  64030, 64357, 64614, 64816, 64974, 65097, 65194, 65269, 65328, 65374, 65410, 65438, 65459, 65476, 65489,
  65500, 65508, 65514,
] as const;
const KNOT_SHIFT = 6; // ¼ nat is 64 units

/** Logit + 2048 → probability in 1/65536. */
const SQUASH = makeSquash();
/** Probability in 1/4096 → logit. */
const STRETCH = makeStretch();

function makeSquash(): Uint16Array {
  const table = new Uint16Array(4096);
  for (let x = 0; x <= LOGIT_LIMIT; x++) {
    const k = x >> KNOT_SHIFT;
    const part = x & ((1 << KNOT_SHIFT) - 1);
    const p = KNOTS[k]! + ((part * (KNOTS[k + 1]! - KNOTS[k]!)) >> KNOT_SHIFT);
    table[2048 + x] = p;
    table[2048 - x] = 65536 - p;
  }
  table[0] = table[1]!;
  return table;
}

/** The inverse of `SQUASH`: the smallest logit whose probability reaches the middle of each step of 1/4096. */
function makeStretch(): Int16Array {
  const table = new Int16Array(4096);
  let x = -LOGIT_LIMIT;
  for (let p = 0; p < table.length; p++) {
    while (x < LOGIT_LIMIT && SQUASH[2048 + x]! < 16 * p + 8) x++;
    table[p] = x;
  }
  return table;
}

export function clampLogit(x: number): number {
  return x > LOGIT_LIMIT ? LOGIT_LIMIT : x < -LOGIT_LIMIT ? -LOGIT_LIMIT : x;
}

/** Logit within ±2047 → probability of a one in 1/65536, 22…65514. */
export function squash(logit: number): number {
  return SQUASH[2048 + logit]!;
}

/** Probability in 1/65536, 0…65535 → logit within ±2047. */
export function stretch(probability: number): number {
  return STRETCH[probability >> 4]!;
}
