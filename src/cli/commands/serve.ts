import type { Command } from 'commander';

export function addServe(program: Command): void {
  program
    .command('serve')
    .description(
      'run the whole stack here: edge, storage, queue and origin (EDGE_PORT, ORIGIN_PORT, AFTERGLOW_HOME)',
    )
    .action(async () => {
      const { serve } = await import('../../local/serve.ts');
      const stack = await serve();
      await interrupted();
      await stack.close();
    });
}

function interrupted(): Promise<void> {
  return new Promise((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const)
      process.once(signal, () => {
        resolve();
      });
  });
}
