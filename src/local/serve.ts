import { randomBytes } from 'node:crypto';
import { cp, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { readLocalConfig, type LocalConfig } from './config.ts';
import { edgeOptions } from './miniflare-options.ts';
import { startOrigin } from './origin-process.ts';
import { requireFreePort } from './ports.ts';
import { resumeJobs } from './resume-jobs.ts';
import { SAMPLES } from './samples.ts';
import { unlessAborted, withoutSignalHandlers } from './signals.ts';
import { uploadSamples } from './upload-samples.ts';

export interface Stack {
  /** Address of the edge. */
  readonly url: string;
  readonly uploadToken: string;
  close(): Promise<void>;
}

const dist = fileURLToPath(new URL('..', import.meta.url));
/** Miniflare's own engine range. */
const OLDEST_NODE = 22;

/**
 * Runs the whole stack: the edge in workerd with R2 kept in a folder, the origin beside it. Uploads the sample pictures
 * through the upload hook and says where the page is. Whatever ends the start, also `signal`, leaves nothing running.
 */
export async function serve(
  config: LocalConfig = readLocalConfig(process.env),
  log: (line: string) => void = console.log,
  signal?: AbortSignal,
): Promise<Stack> {
  if (Number(process.versions.node.split('.')[0]) < OLDEST_NODE) {
    throw new Error(`The local stack needs Node ${OLDEST_NODE} or newer; \`npm start\` brings its own.`);
  }
  const { Miniflare } = await importMiniflare();
  await requireFreePort(config.edgePort, 'EDGE_PORT');
  await requireFreePort(config.originPort, 'ORIGIN_PORT');
  const assets = await prepareSite(config.home);
  const secret = randomBytes(24).toString('base64url');
  const origin = await startOrigin({ port: config.originPort, secret, env: originEnv(), onLog: log, signal });
  const closers: (() => Promise<void>)[] = [() => origin.stop()];
  const close = async (): Promise<void> => {
    await Promise.all(closers.map((closer) => closer()));
  };
  try {
    const miniflare = withoutSignalHandlers(
      () =>
        new Miniflare(
          edgeOptions({
            scriptPath: join(dist, 'edge/worker.js'),
            originUrl: origin.url,
            originSecret: secret,
            uploadToken: config.uploadToken,
            port: config.edgePort,
            persistTo: join(config.home, 'r2'),
            assets,
          }),
        ),
    );
    closers.push(() => miniflare.dispose());
    const url = (await miniflare.ready).origin;
    const provider = await providerOf(origin.url);
    log(`Afterglow: edge ${url}, origin ${origin.url} (${provider}), files in ${config.home}`);
    await resumeJobs(miniflare);
    await unlessAborted(uploadSamples(url, config.uploadToken, log), signal);
    log(`\nOpen ${url}/#token=${config.uploadToken}\n`);
    log(`Upload token: ${config.uploadToken}`);
    return { url, uploadToken: config.uploadToken, close };
  } catch (error) {
    await close();
    throw error;
  }
}

/** It is large, and only the local stack needs it: the package does not bring it to those who encode. */
async function importMiniflare(): Promise<typeof import('miniflare')> {
  try {
    await import('@pmndrs/assets/package.json', { with: { type: 'json' } });
    return await import('miniflare');
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code !== 'ERR_MODULE_NOT_FOUND') throw cause;
    throw new Error('The local stack needs two packages more: npm install miniflare @pmndrs/assets', {
      cause,
    });
  }
}

/**
 * Warnings only, and the CPU unless somebody chose: the providers of GPUs say on every machine without one, past every log
 * level, that there is none.
 */
function originEnv(): Record<string, string> {
  const chosen = (name: string, otherwise: string): string => {
    const value = process.env[name];
    return value === undefined || value === '' ? otherwise : value;
  };
  return {
    LOG_LEVEL: chosen('LOG_LEVEL', 'warn'),
    EXECUTION_PROVIDERS: chosen('EXECUTION_PROVIDERS', 'cpu'),
  };
}

/** The page with this stack's gallery, in a folder of its own: `dist` stays as it was built. */
async function prepareSite(home: string): Promise<string> {
  const site = join(home, 'site');
  await mkdir(site, { recursive: true });
  await cp(join(dist, 'site'), site, { recursive: true, force: true });
  const gallery = SAMPLES.map(({ key, title, credit }) => ({ key, title, credit }));
  await writeFile(join(site, 'gallery.json'), JSON.stringify(gallery));
  return site;
}

async function providerOf(origin: string): Promise<string> {
  const health = (await (await fetch(`${origin}/healthz`)).json()) as { provider?: string };
  return health.provider ?? 'unknown provider';
}
