import { app } from './app.ts';
import type { Env } from './env.ts';
import { withSharedHeaders } from './guards/response-headers.ts';
import { invocation } from './observe/invocation.ts';
import { observed } from './observe/observed.ts';
import { consume } from './queue/consumer.ts';
import { bury } from './queue/dead-letters.ts';
import { traceOf } from './queue/messages.ts';
import { reliable } from './reliable.ts';
import { sweep } from './sweep.ts';

export { RenderGate } from './coalesce/render-gate.ts';

/** How wrangler.toml calls the queues of messages that no attempt got done, in every environment. */
const DEAD_LETTERS = '-dead-letters';

export default {
  async fetch(request, bindings, context) {
    const env = reliable(bindings);
    return observed(request, env, context, async () =>
      withSharedHeaders(request, env, await app.fetch(request, env, context)),
    );
  },

  async queue(batch, bindings, context) {
    const env = reliable(bindings);
    const [name, handle] = batch.queue.endsWith(DEAD_LETTERS)
      ? (['dead letter', bury] as const)
      : (['job', consume] as const);
    const waitUntil = context.waitUntil.bind(context);
    await Promise.all(
      batch.messages.map((message) => {
        const what = { name, kind: 'consumer', parent: traceOf(message.body) } as const;
        return invocation(env, { waitUntil }, what, () => handle(env, message));
      }),
    );
  },

  async scheduled(event, bindings) {
    await sweep(reliable(bindings), event.scheduledTime);
  },
} satisfies ExportedHandler<Env>;
