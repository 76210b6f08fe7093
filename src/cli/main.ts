#!/usr/bin/env node
import { describeError } from './errors.ts';
import { run } from './run.ts';

process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  // Who reads a pipe may have read enough, as `head` has; that is no failure.
  if (error.code === 'EPIPE') return;
  process.stderr.write(`afterglow: ${describeError(error).message}\n`);
  process.exit(1);
});

process.exitCode = await run(process.argv.slice(2));
