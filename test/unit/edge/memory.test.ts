import { describe, expect, test } from 'vitest';
import { Memory } from '../../../src/edge/cache/memory.ts';

const found = (value: string) => () => Promise.resolve(value);

describe('what an isolate remembers', () => {
  test('is what it learned, as old as the question', async () => {
    const memory = new Memory<string>(10);
    expect(memory.recall('a', 0)).toBeUndefined();
    expect(await memory.learn('a', 100, found('x'))).toBe('x');
    expect(memory.recall('a', 350)).toEqual({ value: 'x', age: 250 });
    // A clock that was set back makes nothing younger than new.
    expect(memory.recall('a', 50)).toEqual({ value: 'x', age: 0 });
  });

  test('is not what does not exist, nor what was forgotten', async () => {
    const memory = new Memory<string>(10);
    await memory.learn('a', 0, found('x'));
    expect(await memory.learn('a', 1, () => Promise.resolve(null))).toBeNull();
    expect(memory.recall('a', 1)).toBeUndefined();
    await memory.learn('a', 2, found('x'));
    memory.forget('a');
    expect(memory.recall('a', 2)).toBeUndefined();
  });

  test('is no answer that was on its way while something was forgotten', async () => {
    const memory = new Memory<string>(10);
    const looking = memory.learn('a', 0, async () => {
      await Promise.resolve();
      memory.forget('a');
      return 'from before';
    });
    expect(await looking).toBe('from before');
    expect(memory.recall('a', 0)).toBeUndefined();
  });

  test('goes on being known when a later look fails', async () => {
    const memory = new Memory<string>(10);
    await memory.learn('a', 0, found('x'));
    await expect(memory.learn('a', 9, () => Promise.reject(new Error('away')))).rejects.toThrow('away');
    expect(memory.recall('a', 9)).toEqual({ value: 'x', age: 9 });
  });

  test('is bounded: what was used longest ago goes first', async () => {
    const memory = new Memory<string>(2);
    await memory.learn('a', 0, found('a'));
    await memory.learn('b', 0, found('b'));
    memory.recall('a', 0);
    await memory.learn('c', 0, found('c'));
    expect(['a', 'b', 'c'].filter((name) => memory.recall(name, 0) !== undefined)).toEqual(['a', 'c']);
  });
});
