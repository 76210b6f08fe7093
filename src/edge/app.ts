import { Hono } from 'hono';
import { PREFLIGHT_HEADERS } from '../delivery/cors.ts';
import { parsePictureKey } from '../delivery/picture-key.ts';
import { ProblemError, toProblem } from '../delivery/problem.ts';
import type { Env, Routed } from './env.ts';
import { withFallback } from './guards/fallback.ts';
import { withoutConfiguration } from './guards/misconfigured.ts';
import { limitRate } from './guards/rate-limit.ts';
import { whenSigned } from './guards/signature.ts';
import { getAsset } from './routes/asset.ts';
import { deletePicture } from './routes/delete.ts';
import { getRemote } from './routes/fetch.ts';
import { getHealth } from './routes/health.ts';
import { getInfo } from './routes/info.ts';
import { getMetrics } from './routes/metrics.ts';
import { getJob } from './routes/job.ts';
import { getPicture } from './routes/picture.ts';
import { retryJob } from './routes/retry.ts';
import { putPicture } from './routes/upload.ts';
import { forClient } from './store/storage-error.ts';
import { drain } from './streams.ts';

const INFO = '/info';
const JOB = '/jobs/:id{[0-9a-zA-Z.-]{1,128}}';

/** The routes. Hono answers `HEAD` by `GET` without its body. */
export const app = new Hono<{ Bindings: Env }>()
  .options('*', () => new Response(null, { status: 204, headers: PREFLIGHT_HEADERS }))
  .use('/images/*', limitRate)
  .use('/fetch/*', limitRate)
  .use('/jobs/*', limitRate)
  .get('/images/*', (c) =>
    whenSigned(c, { fetches: false }, () => {
      const path = pathAfter(c, '/images/');
      if (path.endsWith(INFO)) return getInfo(c, parsePictureKey(path.slice(0, -INFO.length)));
      return orFallback(c, () => getPicture(c, parsePictureKey(path)));
    }),
  )
  .put('/images/*', (c) => putPicture(c, parsePictureKey(pathAfter(c, '/images/'))))
  .delete('/images/*', (c) => deletePicture(c, parsePictureKey(pathAfter(c, '/images/'))))
  .all('/images/*', () => refuseMethod('GET, HEAD, PUT, DELETE, OPTIONS'))
  .get('/fetch/*', (c) =>
    whenSigned(c, { fetches: true }, () => orFallback(c, () => getRemote(c, pathAfter(c, '/fetch/')))),
  )
  .all('/fetch/*', () => refuseMethod('GET, HEAD, OPTIONS'))
  .get(JOB, (c) => getJob(c, c.req.param('id')))
  .post(JOB, (c) => retryJob(c, c.req.param('id')))
  .all(JOB, () => refuseMethod('GET, HEAD, POST, OPTIONS'))
  .get('/healthz', getHealth)
  .get('/metrics', getMetrics)
  .get('*', getAsset)
  .all('*', () => refuseMethod('GET, HEAD, OPTIONS'))
  .onError(async (error, c) => {
    await drain(c.req.raw.body);
    if (!(error instanceof ProblemError)) console.error(error);
    const { status, headers, body } = toProblem(withoutConfiguration(forClient(error)));
    return new Response(body, { status, headers });
  });

/** What follows a prefix of the path, percent-encoded as it stands in the URL. */
function pathAfter(c: Routed, prefix: string): string {
  return new URL(c.req.url).pathname.slice(prefix.length);
}

function orFallback(c: Routed, answer: () => Promise<Response>): Promise<Response> {
  return withFallback(c, (key) => getPicture(c, key), answer);
}

function refuseMethod(allow: string): never {
  throw new ProblemError({
    status: 405,
    code: 'method_not_allowed',
    title: 'Method not allowed',
    detail: `This address allows ${allow}.`,
    headers: { Allow: allow },
  });
}
