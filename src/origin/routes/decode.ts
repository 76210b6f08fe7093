import { Hono } from 'hono';
import { z } from 'zod';
import type { OriginContext, OriginVariables } from '../context.ts';
import type { DecodeParameters } from '../jobs.ts';
import { integerParameter, parseQuery } from '../query.ts';
import { renderRequest } from '../render-route.ts';
import { signed } from '../signed.ts';

const MEDIA_TYPES: Record<DecodeParameters['format'], string> = {
  pfm: 'image/x-portable-floatmap',
  exr: 'image/x-exr',
  hdr: 'image/vnd.radiance',
  avif: 'image/avif',
  png: 'image/png',
};

const parameters: z.ZodType<DecodeParameters> = z.strictObject({
  layers: integerParameter(0, 32).optional(),
  format: z.enum(['pfm', 'exr', 'hdr', 'avif', 'png']).default('exr'),
  /** Whether the post-processing network has the last word. */
  post: z
    .enum(['0', '1'])
    .default('1')
    .transform((value) => value === '1'),
});

/** `POST /decode`: a layered file → the HDR picture in a file of `format`, in the units of what was encoded. */
export function decodeRoute(context: OriginContext): Hono<OriginVariables> {
  const route = new Hono<OriginVariables>();
  route.post('/decode', signed(context.config), async (c) => {
    const query = parseQuery(parameters, c.req.query());
    const { bytes } = await renderRequest(context, context.pool, c.req.raw, c.get('bodyDigest'), (body) => ({
      kind: 'decode' as const,
      body,
      parameters: query,
    }));
    context.metrics.bytes.inc({ direction: 'out' }, bytes.length);
    return c.body(bytes as Uint8Array<ArrayBuffer>, 200, { 'Content-Type': MEDIA_TYPES[query.format] });
  });
  return route;
}
