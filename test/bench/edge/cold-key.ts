import { performance } from 'node:perf_hooks';
import { write } from '../../../src/formats/index.ts';
import { startFakeOrigin } from '../../runtime/fake-origin.ts';
import { startEdge, TOKEN } from './stage.ts';

/** How long the origin takes for a picture here, in milliseconds: long enough for thousands to ask in the meantime. */
const RENDER_MILLISECONDS = 2000;

/**
 * How often the origin renders when many ask for a variant that nobody has asked for before. Every one of them must get the
 * picture: a load generator that forgives a few would not do.
 */
export async function measureColdKey(
  amount: number,
  clients: number,
): Promise<{ requests: number; renders: number; seconds: number }> {
  const origin = await startFakeOrigin();
  const edge = await startEdge(origin.url);
  try {
    const [width, height] = [64, 32];
    const data = new Float32Array(width * height * 3).fill(1);
    const picture = await write({ width, height, data, primaries: 'bt709', nitsPerUnit: null }, 'pfm');
    const upload = await fetch(`${edge.url}/images/a.pfm`, {
      method: 'PUT',
      headers: { Authorization: `Bearer ${TOKEN}` },
      body: new Uint8Array(picture),
    });
    if (upload.status !== 202) throw new Error(`the upload was answered with ${upload.status}`);
    while ((await layers(`${edge.url}/images/a.pfm?hdr=1`)) === 0) await pause(50);

    origin.requests.length = 0;
    origin.faults.push(async (response, file) => {
      await pause(RENDER_MILLISECONDS);
      response.end(file);
    });
    const start = performance.now();
    const url = `${edge.url}/images/a.pfm?hdr=0&w=48`;
    const bodies = new Set<string>();
    let asked = 0;
    const client = async (): Promise<void> => {
      while (asked < amount) {
        asked++;
        const response = await fetch(url);
        const body = Buffer.from(await response.arrayBuffer());
        if (response.status !== 200)
          throw new Error(`an answer was a ${response.status}: ${body.toString()}`);
        bodies.add(body.toString('base64'));
      }
    };
    await Promise.all(Array.from({ length: clients }, client));
    const seconds = (performance.now() - start) / 1000;
    if (bodies.size !== 1) throw new Error(`there were ${bodies.size} different answers`);
    const renders = origin.requests.filter((request) => request.startsWith('/encode')).length;
    return { requests: asked, renders, seconds };
  } finally {
    await edge.stop();
    await origin.kill();
  }
}

/** How many layers an address answers with at the moment. */
async function layers(url: string): Promise<number> {
  const response = await fetch(url, { method: 'HEAD' });
  return Number(/layers=(\d+)/.exec(response.headers.get('Afterglow') ?? '')?.[1] ?? 0);
}

function pause(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}
