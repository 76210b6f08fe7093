import type { LayoutIndex } from '../../container/index.ts';
import type { Routed } from '../env.ts';
import { readJob } from '../store/jobs.ts';
import { findRendition, lastKind, renditionName, renditionVersion } from '../store/renditions.ts';
import { hasGainMap } from '../represent.ts';
import { pointerOf } from './picture.ts';

/** `GET /images/{key}/info`: what there is of a picture, without its pixels. Does not wait for anything. */
export async function getInfo(c: Routed, key: string): Promise<Response> {
  const pointer = await pointerOf(c, key);
  const { job, probe, master, uploadedAt } = pointer;
  const version = renditionVersion(c.env, pointer);
  const last = await findRendition(c.env, renditionName(version, {}, lastKind(pointer)));
  const rendition = last ?? (await findRendition(c.env, renditionName(version, {}, 'base')));
  const status = last === null ? ((await readJob(c.env, job))?.status ?? 'queued') : 'done';
  return c.json(
    {
      key,
      status,
      job,
      width: probe.width,
      height: probe.height,
      headroom: probe.headroom,
      hdr: rendition?.index.kind === 'layered',
      ...describe(rendition?.index),
      ...(rendition?.index.notices === undefined ? {} : { notices: rendition.index.notices }),
      master: { format: probe.kind, bytes: master.bytes, uploadedAt },
    },
    200,
    { 'Cache-Control': 'no-cache' },
  );
}

function describe(index: LayoutIndex | undefined) {
  if (index === undefined) return { base: null, layers: [], formats: [] };
  const layered = index.kind === 'layered' && index.layers.length > 0;
  return {
    ...(index.kind === 'layered' ? { model: index.modelId } : {}),
    base: { bytes: index.base.length },
    layers: index.kind === 'layered' ? index.layers.map(({ length }) => ({ bytes: length })) : [],
    formats: ['sdr', ...(layered ? ['layered'] : []), ...(hasGainMap(index) ? ['gainmap'] : [])],
  };
}
