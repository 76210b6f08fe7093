import { watchHeap } from './heap.ts';
import { layeredFile, putRendition, startEdge } from './stage.ts';

const FILE_BYTES = 20 * 2 ** 20;

/** The largest heap of the worker's isolate while it answers many requests at once for a large file. */
export async function measureHeap(
  from: 'bucket' | 'cache',
  concurrent: number,
): Promise<{ bytes: number; heap: number }> {
  const edge = await startEdge('http://127.0.0.1:9', { inspectorPort: 0 });
  try {
    const file = await layeredFile(FILE_BYTES);
    await putRendition(edge, 'large.jpg', 'layered', file);
    const url = `${edge.url}/images/large.jpg?hdr=1`;
    // Who forbids storing leaves the cache empty, and is answered from the bucket every time.
    const init: RequestInit = from === 'bucket' ? { headers: { 'Cache-Control': 'no-store' } } : {};
    while (from === 'cache' && (await read(url, init)).status !== 'afterglow; hit');
    const inspector = await edge.miniflare.getInspectorURL();
    const heap = await watchHeap(new URL('/core:user:afterglow', inspector));
    const answers = await Promise.all(Array.from({ length: concurrent }, () => read(url, init)));
    heap.stop();
    for (const { bytes, status } of answers) {
      if (bytes !== file.length) throw new Error(`an answer had ${bytes} bytes`);
      if ((status === 'afterglow; hit') !== (from === 'cache')) throw new Error(`an answer was a ${status}`);
    }
    return { bytes: file.length, heap: heap.peak() };
  } finally {
    await edge.stop();
  }
}

/** Reads an answer to its end, and keeps none of it. */
async function read(url: string, init: RequestInit): Promise<{ bytes: number; status: string }> {
  const response = await fetch(url, init);
  let bytes = 0;
  for await (const chunk of response.body ?? []) bytes += (chunk as Uint8Array).length;
  return { bytes, status: response.headers.get('Cache-Status') ?? `${response.status}` };
}
