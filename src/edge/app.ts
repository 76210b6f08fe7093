import { Hono } from 'hono';
import { PREFLIGHT_HEADERS } from '../delivery/headers.ts';
import { parsePictureKey } from '../delivery/picture-key.ts';
import { ProblemError, toProblem } from '../delivery/problem.ts';
import type { Env, Routed } from './env.ts';
import { getAsset } from './routes/asset.ts';
import { deletePicture } from './routes/delete.ts';
import { getHealth } from './routes/health.ts';
import { getInfo } from './routes/info.ts';
import { getJob } from './routes/job.ts';
import { getPicture } from './routes/picture.ts';
import { putPicture } from './routes/upload.ts';
import { drain } from './streams.ts';

const INFO = '/info';

/** The routes. Hono answers `HEAD` by `GET` without its body. */
export const app = new Hono<{ Bindings: Env }>()
  .options('*', () => new Response(null, { status: 204, headers: PREFLIGHT_HEADERS }))
  .get('/images/*', (c) => {
    const path = keyPath(c);
    return path.endsWith(INFO)
      ? getInfo(c, parsePictureKey(path.slice(0, -INFO.length)))
      : getPicture(c, parsePictureKey(path));
  })
  .put('/images/*', (c) => putPicture(c, parsePictureKey(keyPath(c))))
  .delete('/images/*', (c) => deletePicture(c, parsePictureKey(keyPath(c))))
  .all('/images/*', () => refuseMethod('GET, HEAD, PUT, DELETE, OPTIONS'))
  .get('/jobs/:id{[0-9a-zA-Z.-]{1,128}}', (c) => getJob(c, c.req.param('id')))
  .get('/healthz', getHealth)
  .get('*', getAsset)
  .all('*', () => refuseMethod('GET, HEAD, OPTIONS'))
  .onError(async (error, c) => {
    await drain(c.req.raw.body);
    if (!(error instanceof ProblemError)) console.error(error);
    const { status, headers, body } = toProblem(error);
    return new Response(body, { status, headers });
  });

/** The key as it stands in the URL, percent-encoded. */
function keyPath(c: Routed): string {
  return new URL(c.req.url).pathname.slice('/images/'.length);
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
