import { Hono } from 'hono';
import { mediaFormat } from '../../delivery/file-format.ts';
import type { OriginContext, OriginVariables } from '../context.ts';
import { parseEncodeQuery } from '../query.ts';
import { renderRequest } from '../render-route.ts';
import { signed } from '../signed.ts';

/**
 * `POST /encode`: a picture file in any format that is read here → the layered file, or the plain JPEG of an SDR picture, its
 * index in `Afterglow-Layout`; with `format`, a file of that.
 */
export function encodeRoute(context: OriginContext): Hono<OriginVariables> {
  const route = new Hono<OriginVariables>();
  route.post('/encode', signed(context.config), async (c) => {
    const query = parseEncodeQuery(new URL(c.req.url).searchParams);
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
      'Content-Type': mediaFormat(query.format).mediaType,
      'Afterglow-Layout': layout,
    });
  });
  return route;
}
