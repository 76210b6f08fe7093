import { currentTraceparent } from '../../telemetry/current.ts';
import type { EncodeMessage } from './messages.ts';

/** The encode queue, whose jobs go on in the trace of who sent them. */
export function tracedQueue(queue: Queue<EncodeMessage>): Queue<EncodeMessage> {
  return {
    metrics: () => queue.metrics(),
    send: (message, options) => {
      const trace = currentTraceparent();
      const traced = 'job' in message && trace !== undefined ? { trace, ...message } : message;
      return queue.send(traced, options);
    },
    sendBatch: (messages, options) => queue.sendBatch(messages, options),
  };
}
