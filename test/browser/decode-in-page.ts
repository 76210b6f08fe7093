/** What a page told of decoding a file: states in order, the last picture's PQ values, and whether it has threads. */
export interface DecodedInPage {
  readonly events: string[];
  readonly pixels: number[];
  readonly isolated: boolean;
}
type Asked = readonly [provider: 'wasm' | 'webgpu', url: string];

/** Of a page, whoever drives it, no more than this. */
interface DecodingPage {
  evaluate(inside: (asked: Asked) => Promise<DecodedInPage>, asked: Asked): Promise<DecodedInPage>;
}

/** Decodes in a page that has the package's browser entry as `window.afterglow`; answers what happened, and the final PQ picture. */
export function decodeIn(
  page: DecodingPage,
  provider: 'wasm' | 'webgpu',
  url = '/picture.jpg',
): Promise<DecodedInPage> {
  return page.evaluate(
    async ([executionProvider, source]) => {
      const decoder = new window.afterglow.Decoder({
        workerUrl: '/decoder-worker.js',
        executionProviders: [executionProvider],
      });
      const events: string[] = [];
      let pixels: number[] = [];
      try {
        for await (const state of decoder.decode(source, { output: 'pq' })) {
          if (state.type === 'layer') {
            events.push(`layer ${state.layer}${state.final ? ' final' : ''}`);
            pixels = [...state.picture.data];
          } else if (state.type === 'done') {
            events.push(`done ${state.layers} ${state.provider}${state.pending ? ' pending' : ''}`);
          } else events.push(state.type);
        }
      } catch (error) {
        if (!(error instanceof window.afterglow.DecodeError)) throw error;
        events.push(`error ${error.code} ${error.retryAfter ?? ''}`.trim());
      } finally {
        decoder.close();
      }
      return { events, pixels, isolated: crossOriginIsolated };
    },
    [provider, url] as const,
  );
}
