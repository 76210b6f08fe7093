import { describe, expect, test } from 'vitest';
import { Admission, type Place } from '../../../src/origin/admission.ts';

const never = new AbortController().signal;

function placeOf(admission: Admission, tenant = ''): Place {
  const place = admission.enter(tenant);
  if (typeof place === 'string') throw new Error(place);
  return place;
}

/** Lets requests of these tenants wait behind a first one, and answers in which order they are served: `a1` is a's second. */
async function order(crowd: string, { slots = 1, leave = [] as number[] } = {}): Promise<string[]> {
  const admission = new Admission({ slots, waiting: 100, perTenant: 100 });
  const first = Array.from({ length: slots }, () => placeOf(admission, 'first'));
  await Promise.all(first.map((place) => place.turn(never)));
  const served: string[] = [];
  const count = new Map<string, number>();
  const tenants = crowd.split(' ');
  const clients = tenants.map(() => new AbortController());
  const all = tenants.map(async (tenant, i) => {
    const name = `${tenant}${count.get(tenant) ?? 0}`;
    count.set(tenant, (count.get(tenant) ?? 0) + 1);
    const place = placeOf(admission, tenant);
    try {
      await place.turn(clients[i]!.signal);
      served.push(name);
    } catch {
      // Went away.
    } finally {
      place.leave();
    }
  });
  for (const i of leave) clients[i]!.abort();
  for (const place of first) place.leave();
  await Promise.all(all);
  expect([admission.depth, admission.served]).toEqual([0, 0]);
  return served;
}

describe('who waits', () => {
  test('is served in order, if of one tenant', async () => {
    expect(await order('a a a a')).toEqual(['a0', 'a1', 'a2', 'a3']);
  });

  test('is served in turn, if of several: a crowd of one tenant does not keep another waiting', async () => {
    expect(await order('a a a a b')).toEqual(['a0', 'b0', 'a1', 'a2', 'a3']);
    expect(await order('a a a b b c')).toEqual(['a0', 'b0', 'c0', 'a1', 'b1', 'a2']);
    expect(await order('a a a b b c', { slots: 2 })).toEqual(['a0', 'b0', 'c0', 'a1', 'b1', 'a2']);
  });

  test('and goes away takes nobody’s turn', async () => {
    expect(await order('a a b b', { leave: [1, 2] })).toEqual(['a0', 'b1']);
    expect(await order('a b', { leave: [0, 1] })).toEqual([]);
  });
});

describe('places', () => {
  test('are so many, and so many of one tenant', async () => {
    const admission = new Admission({ slots: 1, waiting: 2, perTenant: 2 });
    const [one, two] = [placeOf(admission, 'a'), placeOf(admission, 'a')];
    expect(admission.enter('a')).toBe('tenant_full');
    const other = placeOf(admission, 'b');
    expect([admission.enter('a'), admission.enter('b')]).toEqual(['full', 'full']);
    await one.turn(never);
    expect([admission.depth, admission.served]).toEqual([2, 1]);
    one.leave();
    // Twice is once.
    one.leave();
    placeOf(admission, 'a').leave();
    two.leave();
    other.leave();
    expect([admission.depth, admission.served]).toEqual([0, 0]);
  });

  test('are not taken by who comes when its signal is aborted already', async () => {
    const admission = new Admission({ slots: 1, waiting: 0, perTenant: 1 });
    const place = placeOf(admission);
    await expect(place.turn(AbortSignal.abort(new Error('gone')))).rejects.toThrow('gone');
    place.leave();
    await placeOf(admission).turn(never);
  });
});
