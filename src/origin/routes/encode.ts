import { Hono } from 'hono';
import { z } from 'zod';
import type { OriginContext, OriginVariables } from '../context.ts';
import type { EncodeParameters } from '../jobs.ts';
import { integerParameter, parseQuery } from '../query.ts';
import { renderRequest } from '../render-route.ts';
import { signed } from '../signed.ts';

const parameters: z.ZodType<EncodeParameters> = z.strictObject({
  quality: integerParameter(1, 100).optional(),
  layers: integerParameter(0, 32).optional(),
  w: integerParameter(1, 65_500).optional(),
  tmo: z.enum(['mai', 'reinhard']).optional(),
  model: z.string().min(1).max(64).optional(),
});

/** `POST /encode`: an HDR file in any format that is read here → the layered file, its index in `Afterglow-Layout`. */
export function encodeRoute(context: OriginContext): Hono<OriginVariables> {
  const route = new Hono<OriginVariables>();
  route.post('/encode', signed(context.config.ORIGIN_SECRET), async (c) => {
    const query = parseQuery(parameters, c.req.query());
    const { bytes, layout } = await renderRequest(
      context,
      context.pool,
      c.req.raw,
      c.get('bodyDigest'),
      (body) => ({
        kind: 'encode' as const,
        body,
        parameters: query,
      }),
    );
    context.metrics.bytes.inc({ direction: 'out' }, bytes.length);
    return c.body(bytes as Uint8Array<ArrayBuffer>, 200, {
      'Content-Type': 'image/jpeg',
      'Afterglow-Layout': layout,
    });
  });
  return route;
}
