import { randomBytes } from 'node:crypto';
import { cp, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { readLocalConfig, type LocalConfig } from './config.ts';
import { edgeOptions } from './miniflare-options.ts';
import { startOrigin } from './origin-process.ts';
import { resumeJobs } from './resume-jobs.ts';
import { SAMPLES } from './samples.ts';
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
 * through the upload hook and says where the page is.
 */
export async function serve(
  config: LocalConfig = readLocalConfig(process.env),
  log: (line: string) => void = console.log,
): Promise<Stack> {
  if (Number(process.versions.node.split('.')[0]) < OLDEST_NODE) {
    throw new Error(`The local stack needs Node ${OLDEST_NODE} or newer; \`npm start\` brings its own.`);
  }
  const { Miniflare } = await import('miniflare');
  const secret = randomBytes(24).toString('base64url');
  const origin = await startOrigin({
    port: config.originPort,
    secret,
    env: { LOG_LEVEL: process.env.LOG_LEVEL ?? 'warn' },
    onLog: log,
  });
  const miniflare = new Miniflare(
    edgeOptions({
      scriptPath: join(dist, 'edge/worker.js'),
      originUrl: origin.url,
      originSecret: secret,
      uploadToken: config.uploadToken,
      port: config.edgePort,
      persistTo: join(config.home, 'r2'),
      assets: await prepareSite(config.home),
    }),
  );
  const close = async (): Promise<void> => {
    await miniflare.dispose();
    await origin.stop();
  };
  try {
    const url = (await miniflare.ready).origin;
    const provider = await providerOf(origin.url);
    log(`Afterglow: edge ${url}, origin ${origin.url} (${provider}), files in ${config.home}`);
    await resumeJobs(miniflare);
    await uploadSamples(url, config.uploadToken, log);
    log(`\nOpen ${url}/#token=${config.uploadToken}\n`);
    log(`Upload token: ${config.uploadToken}`);
    return { url, uploadToken: config.uploadToken, close };
  } catch (error) {
    await close();
    throw error;
  }
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
