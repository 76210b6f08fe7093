import { describe, expect, test } from 'vitest';
import { inShare, parseTraceparent, randomId, traceparent } from '../../../src/telemetry/trace-context.ts';

const trace = '0af7651916cd43dd8448eb211c80319c';
const span = 'b7ad6b7169203331';

describe('traceparent', () => {
  test('is read and written', () => {
    const context = { traceId: trace, spanId: span, sampled: true };
    expect(parseTraceparent(`00-${trace}-${span}-01`)).toEqual(context);
    expect(traceparent(context)).toBe(`00-${trace}-${span}-01`);
    expect(parseTraceparent(`00-${trace}-${span}-00`)).toEqual({ ...context, sampled: false });
  });

  test('of a version to come may say more (§3.2.4)', () => {
    expect(parseTraceparent(`cc-${trace}-${span}-03-what-comes`)).toMatchObject({ sampled: true });
  });

  test.each([
    null,
    undefined,
    '',
    `00-${trace}-${span}`,
    `00-${trace}-${span}-01-more`,
    `ff-${trace}-${span}-01`,
    `00-${trace.toUpperCase()}-${span}-01`,
    `00-${'0'.repeat(32)}-${span}-01`,
    `00-${trace}-${'0'.repeat(16)}-01`,
    `00-${trace}1-${span}-01`,
    ` 00-${trace}-${span}-01`,
    `00-${trace}-${span}-01, 00-${trace}-${span}-01`,
  ])('%j is none: a trace begins here (§4.2)', (field) => {
    expect(parseTraceparent(field)).toBeUndefined();
  });
});

test('ids are random hexadecimal digits', () => {
  const ids = Array.from({ length: 100 }, () => randomId(32));
  expect(new Set(ids).size).toBe(100);
  for (const id of ids) expect(id).toMatch(/^[0-9a-f]{32}$/);
  expect(randomId(16)).toHaveLength(16);
});

test('a share of the traces is kept, the same ones everywhere', () => {
  const ids = Array.from({ length: 4000 }, () => randomId(32));
  expect(ids.filter((id) => inShare(id, 0))).toHaveLength(0);
  expect(ids.filter((id) => inShare(id, 1))).toHaveLength(4000);
  const quarter = ids.filter((id) => inShare(id, 0.25)).length;
  // Five standard deviations.
  expect(Math.abs(quarter - 1000)).toBeLessThan(140);
});
