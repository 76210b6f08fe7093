import { DurableObject } from 'cloudflare:workers';
import type { Env } from '../env.ts';
import { invocation } from '../observe/invocation.ts';
import { reliable } from '../reliable.ts';
import { OneAtATime } from './one-at-a-time.ts';
import { render } from './render.ts';
import type { RenderOrder, RenderOutcome } from './render.ts';

/**
 * The one place in the world where a rendition is rendered: a Durable Object per name. However many ask, in however many
 * data centres, the origin is asked once, and all get the outcome. It keeps nothing: what is stored is in the bucket, and
 * an object that is evicted in the middle leaves nothing half done.
 */
export class RenderGate extends DurableObject<Env> {
  readonly #gate = new OneAtATime<RenderOutcome>();

  render(order: RenderOrder): Promise<RenderOutcome> {
    const env = reliable(this.env);
    const waitUntil = this.ctx.waitUntil.bind(this.ctx);
    const what = { name: 'render', kind: 'internal', parent: order.trace } as const;
    const outcome = this.#gate.run(() => invocation(env, { waitUntil }, what, () => render(env, order)));
    // Whoever began it may be gone before it is done; those who come later will be glad of it.
    this.ctx.waitUntil(outcome);
    return outcome;
  }
}
