import { once } from 'node:events';
import type { Command } from 'commander';

export function addServe(program: Command): void {
  program
    .command('serve')
    .description(
      'run the whole stack here: edge, storage, queue and origin (EDGE_PORT, ORIGIN_PORT, AFTERGLOW_HOME)',
    )
    .action(async () => {
      const [{ serve }, { interruption }] = await Promise.all([
        import('../../local/serve.ts'),
        import('../../local/signals.ts'),
      ]);
      const interrupted = interruption();
      try {
        const stack = await serve(undefined, undefined, interrupted);
        if (!interrupted.aborted) await once(interrupted, 'abort');
        await stack.close();
      } catch (error) {
        if (!interrupted.aborted) throw error;
      }
    });
}
