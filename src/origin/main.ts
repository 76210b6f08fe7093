import { ConfigError, readConfig, type OriginConfig } from './config.ts';
import { startOrigin } from './start.ts';

// The origin as a process: configured by the environment, stopped by SIGTERM or SIGINT, and, where a parent holds a channel
// to it, by the parent's end.

const starting = startOrigin(configure());
process.once('SIGTERM', stop).once('SIGINT', stop).once('disconnect', stop);
// False after a disconnection that came before this module; undefined where nobody ever held a channel.
if ((process.connected as boolean | undefined) === false) stop();

await starting.catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exit(1);
});

function configure(): OriginConfig {
  try {
    return readConfig(process.env);
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    console.error(`The environment does not configure an origin:\n${error.message}`);
    process.exit(2);
  }
}

/** One that is asked to stop while it starts finishes that first. */
function stop(): void {
  void starting.then((origin) => origin.close()).then(() => process.exit(0));
}
