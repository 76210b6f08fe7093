import { ConfigError, readConfig, type OriginConfig } from './config.ts';
import { startOrigin, type RunningOrigin } from './start.ts';

// The origin as a process: configured by the environment, stopped by SIGTERM or SIGINT.

const origin = await startOrigin(configure()).catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exit(1);
});

process.once('SIGTERM', stop).once('SIGINT', stop);

function configure(): OriginConfig {
  try {
    return readConfig(process.env);
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    console.error(`The environment does not configure an origin:\n${error.message}`);
    process.exit(2);
  }
}

function stop(): void {
  void (origin satisfies RunningOrigin).close().then(() => process.exit(0));
}
