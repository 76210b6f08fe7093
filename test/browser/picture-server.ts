import { encode } from '../../src/codec/encode.ts';
import { cut, readLayout, type LayeredLayout } from '../../src/container/index.ts';
import { gainMapMaker } from '../../src/gain-map/index.ts';
import { nodeJpegCoder } from '../../src/inference/jpeg-node.ts';
import { loadNetworks } from '../../src/inference/node.ts';
import { sunset } from './layered-file.ts';
import { serveSite, type Route, type SiteServer } from './site-server.ts';

const send = (body: Uint8Array | object): Route => {
  const bytes = body instanceof Uint8Array ? body : Buffer.from(JSON.stringify(body));
  const type = body instanceof Uint8Array ? 'image/jpeg' : 'application/json';
  return (request, response) => {
    response.writeHead(200, { 'Content-Type': type, 'Content-Length': bytes.length });
    response.end(request.method === 'HEAD' ? undefined : bytes);
  };
};

/** Serves the page with one picture, "A sunset", of all representations. */
export async function servePicture(count: number): Promise<SiteServer> {
  const networks = await loadNetworks({ modelsFolder: 'models', providers: ['cpu'], threads: 2 });
  const jpeg = nodeJpegCoder();
  const options = { layers: count, gainMap: gainMapMaker(jpeg) };
  const file = await encode(sunset(192, 96), options, { networks, jpeg });
  await networks.release();
  const layered = cut(file, { hdr: '1' });
  const base = cut(file, { hdr: '0' });
  const { header, layers } = readLayout(layered) as LayeredLayout;
  const info = {
    width: header.width,
    height: header.height,
    headroom: header.headroom,
    base: { bytes: base.length },
    layers: layers.map(({ length }) => ({ bytes: length })),
    formats: ['sdr', 'layered', 'gainmap'],
  };
  const images: Route = (request, response, url) => {
    const hdr = url.searchParams.get('hdr');
    const most = Number(url.searchParams.get('layers') ?? count);
    if (url.pathname.endsWith('/info')) return send(info)(request, response, url);
    if (hdr === 'gainmap') return send(cut(file, { hdr: 'gainmap' }))(request, response, url);
    return send(hdr === '1' ? cut(layered, { hdr: '1', layers: most }) : base)(request, response, url);
  };
  const gallery = [{ key: 'sunset.exr', title: 'A sunset', credit: 'Nobody, CC0' }];
  return serveSite({ routes: { '/gallery.json': send(gallery), '/images/': images } });
}
