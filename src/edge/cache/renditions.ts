import type { Env } from '../env.ts';
import { findRendition } from '../store/renditions.ts';
import type { Rendition } from '../store/renditions.ts';
import { Memory } from './memory.ts';

const MOST_RENDITIONS = 5000;
/** What is stored stays as it is, but a lifecycle rule may delete it. */
const MOST_MILLISECONDS = 60_000;

const memory = new Memory<Rendition>(MOST_RENDITIONS);

/** A stored rendition, by memory if this isolate has met it; what is not stored yet is looked for every time. */
export async function knownRendition(env: Env, name: string): Promise<Rendition | null> {
  const now = Date.now();
  const remembered = memory.recall(name, now);
  if (remembered !== undefined && remembered.age < MOST_MILLISECONDS) return remembered.value;
  return memory.learn(name, now, () => findRendition(env, name));
}

export function forgetRendition(name: string): void {
  memory.forget(name);
}
