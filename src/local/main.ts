import { serve } from './serve.ts';
import { interruption } from './signals.ts';

// `npm start`: the whole stack until it is interrupted.

const interrupted = interruption();
try {
  const stack = await serve(undefined, undefined, interrupted);
  const stop = (): void => {
    void stack.close().then(() => process.exit(0));
  };
  if (interrupted.aborted) stop();
  else interrupted.addEventListener('abort', stop);
} catch (error) {
  if (interrupted.aborted) process.exit(0);
  console.error(error instanceof Error ? error.message : error);
  process.exit(1);
}
