import { app } from './app.ts';
import type { Env } from './env.ts';
import { withSharedHeaders } from './guards/response-headers.ts';
import { consume } from './queue/consumer.ts';
import { bury } from './queue/dead-letters.ts';

/** What wrangler.toml calls the queue of messages that no attempt got done. */
const DEAD_LETTERS = 'afterglow-dead-letters';

export default {
  async fetch(request, env, context) {
    return withSharedHeaders(request, env, await app.fetch(request, env, context));
  },

  async queue(batch, env) {
    const handle = batch.queue === DEAD_LETTERS ? bury : consume;
    await Promise.all(batch.messages.map((message) => handle(env, message)));
  },
} satisfies ExportedHandler<Env>;
