import { app } from './app.ts';
import type { Env } from './env.ts';
import { withSharedHeaders } from './guards/response-headers.ts';
import { consume } from './queue/consumer.ts';
import { bury } from './queue/dead-letters.ts';
import { reliable } from './reliable.ts';
import { sweep } from './sweep.ts';

export { RenderGate } from './coalesce/render-gate.ts';

/** How wrangler.toml calls the queues of messages that no attempt got done, in every environment. */
const DEAD_LETTERS = '-dead-letters';

export default {
  async fetch(request, bindings, context) {
    const env = reliable(bindings);
    return withSharedHeaders(request, env, await app.fetch(request, env, context));
  },

  async queue(batch, bindings) {
    const env = reliable(bindings);
    const handle = batch.queue.endsWith(DEAD_LETTERS) ? bury : consume;
    await Promise.all(batch.messages.map((message) => handle(env, message)));
  },

  async scheduled(event, bindings) {
    await sweep(reliable(bindings), event.scheduledTime);
  },
} satisfies ExportedHandler<Env>;
