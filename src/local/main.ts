import { serve } from './serve.ts';

// `npm start`: the whole stack until it is interrupted.

try {
  const stack = await serve();
  const stop = (): void => {
    void stack.close().then(() => process.exit(0));
  };
  process.once('SIGINT', stop).once('SIGTERM', stop);
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exit(1);
}
