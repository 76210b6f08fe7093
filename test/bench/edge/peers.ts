import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Miniflare } from 'miniflare';
import type { Server } from './stage.ts';

/** The least that a Worker can do: stream an object of R2. */
const BARE = `export default {
  async fetch(request, env) {
    const object = await env.RENDITIONS.get('picture');
    return new Response(object.body, {
      headers: { 'Content-Type': 'image/jpeg', 'Content-Length': String(object.size), ETag: object.httpEtag },
    });
  },
};`;

export async function startBareWorker(file: Uint8Array): Promise<Server> {
  const miniflare = new Miniflare({
    modules: true,
    script: BARE,
    compatibilityDate: '2026-04-01',
    host: '127.0.0.1',
    port: 0,
    r2Buckets: ['RENDITIONS'],
  });
  const url = (await miniflare.ready).origin;
  await (await miniflare.getR2Bucket('RENDITIONS')).put('picture', file);
  return { url, stop: () => miniflare.dispose() };
}

/** ipx in a process of its own, over a folder with one picture. */
export async function startIpx(picture: Uint8Array): Promise<Server> {
  const folder = await mkdtemp(join(tmpdir(), 'afterglow-ipx-'));
  await writeFile(join(folder, 'photo.jpg'), picture);
  const port = await freePort();
  const script = `
    import { createServer } from 'node:http';
    import { createIPX, createIPXNodeServer, ipxFSStorage } from 'ipx';
    const ipx = createIPX({ storage: ipxFSStorage({ dir: ${JSON.stringify(folder)} }), maxAge: 3600 });
    createServer(createIPXNodeServer(ipx)).listen(${port}, '127.0.0.1');`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', script], { stdio: 'inherit' });
  return started(child, port, folder);
}

/** nginx's proxy_cache in front of another server, two worker processes; needs `nginx` on the PATH. */
export async function startNginx(upstream: string): Promise<Server> {
  const folder = await mkdtemp(join(tmpdir(), 'afterglow-nginx-'));
  const port = await freePort();
  // A master of root gives its workers another user, who may not write here.
  const user = process.getuid?.() === 0 ? 'user root;' : '';
  const configuration = `
    ${user} daemon off; worker_processes 2; pid ${folder}/pid; error_log stderr warn;
    events { worker_connections 4096; }
    http {
      access_log off; sendfile on; tcp_nopush on; keepalive_requests 1000000;
      client_body_temp_path ${folder}/body; proxy_temp_path ${folder}/proxy; fastcgi_temp_path ${folder}/fastcgi;
      uwsgi_temp_path ${folder}/uwsgi; scgi_temp_path ${folder}/scgi;
      proxy_cache_path ${folder}/cache keys_zone=pictures:10m;
      server {
        listen 127.0.0.1:${port};
        location / {
          proxy_pass ${upstream}; proxy_cache pictures; proxy_cache_valid 200 1h; proxy_cache_lock on;
          proxy_ignore_headers Cache-Control Expires Set-Cookie Vary;
          add_header X-Cache-Status $upstream_cache_status;
        }
      }
    }`;
  await writeFile(join(folder, 'nginx.conf'), configuration);
  const child = spawn('nginx', ['-p', folder, '-c', join(folder, 'nginx.conf')], { stdio: 'inherit' });
  return started(child, port, folder);
}

async function started(child: ChildProcess, port: number, folder: string): Promise<Server> {
  const url = `http://127.0.0.1:${port}`;
  for (let tries = 0; ; tries++) {
    try {
      await (await fetch(url)).arrayBuffer();
      break;
    } catch (error) {
      if (tries > 200 || child.exitCode !== null) throw error;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }
  return {
    url,
    async stop() {
      const ended = new Promise((resolve) => child.once('exit', resolve));
      child.kill();
      await ended;
      await rm(folder, { recursive: true, force: true });
    },
  };
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}
