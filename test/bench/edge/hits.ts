import { median } from '../median.ts';
import { compare } from './load.ts';
import { startBareWorker, startIpx, startNginx } from './peers.ts';
import { photograph, putRendition, startEdge } from './stage.ts';
import type { Server } from './stage.ts';

export interface Hit {
  readonly name: string;
  /** Requests per second, the median of the rounds. */
  readonly rate: number;
  /** Milliseconds. */
  readonly p50: number;
  readonly p99: number;
}

/**
 * The throughput of pictures that are rendered already: ours from the edge's cache, beside a bare Worker that streams the
 * same object, ipx, which renders for every request, and nginx's cache before ipx. All answer with the same bytes: what ipx
 * makes of a photograph at 800 pixels.
 */
export async function measureHits(options: {
  seconds: number;
  rounds: number;
  connections: number;
  nginx: boolean;
}): Promise<Hit[]> {
  const running: Server[] = [];
  const run = <T extends Server>(server: T): T => {
    running.push(server);
    return server;
  };
  try {
    const ipx = run(await startIpx(await photograph(1600, 1200)));
    const path = '/w_800,f_jpeg/photo.jpg';
    const file = new Uint8Array(await (await fetch(ipx.url + path)).arrayBuffer());
    const bare = run(await startBareWorker(file));
    // Nothing is rendered here: there is no origin.
    const edge = run(await startEdge('http://127.0.0.1:9'));
    await putRendition(edge, 'photo.jpg', 'base', file);
    const targets = [
      { name: 'afterglow', url: `${edge.url}/images/photo.jpg?hdr=0` },
      { name: 'bare worker', url: bare.url },
      { name: 'ipx', url: ipx.url + path },
    ];
    if (options.nginx) {
      const nginx = run(await startNginx(ipx.url));
      targets.push({ name: 'ipx behind nginx', url: nginx.url + path });
    }
    for (const { name, url } of targets) {
      const bytes = new Uint8Array(await (await fetch(url)).arrayBuffer());
      if (Buffer.compare(bytes, file) !== 0) throw new Error(`${name} answers with other bytes`);
    }
    console.log(`hits of a JPEG of ${file.length} bytes, ${options.connections} connections`);
    // Everything warm, and every cache filled.
    await compare(targets, { ...options, rounds: 1, seconds: 1 });
    const results = await compare(targets, options);
    return [...results].map(([name, { rates, p50, p99 }]) => ({ name, rate: median(rates), p50, p99 }));
  } finally {
    await Promise.all(running.map((server) => server.stop()));
  }
}
