import { bestCanvasKind, isHighDynamicRange } from '../display/display.ts';
import type { DisplayKind, Place, Renderer } from '../display/renderer.ts';
import { DecodeError } from '../error-report.ts';
import { Focus } from '../focus.ts';
import type { HeaderState, LayerState, TileState } from '../protocol.ts';
import type { Download } from './download.ts';
import type { Frame } from './frame.ts';
import { decodeShared } from './shared-decoder.ts';
import { watchFocus } from './visible-part.ts';
import { elementRenderer } from './shared-painter.ts';
import { canShowGainMaps } from '../ultra-hdr/support.ts';
import { ultraHdrImages } from './ultra-hdr-image.ts';

/** What an element tells of a picture that it shows. */
export interface LayerShown {
  /** Layers in the picture. */
  readonly layer: number;
  /** Layers in the file. */
  readonly of: number;
  /** Whether it will not get better. */
  readonly final: boolean;
  readonly display: DisplayKind;
}

/** The form of picture that each kind of canvas takes without any arithmetic. */
const OUTPUT = {
  'webgpu-extended': 'linear',
  '2d-extended': 'extended',
  '2d-standard': 'standard',
} as const;

/**
 * Decodes a file's layers, and shows each on a canvas above the base; returns when the last one is shown. Throws DecodeError,
 * SourceError, or the signal's reason; what was shown stays.
 *
 * @param onLost told when the canvas lost what it showed, with its device
 */
export async function enhance(
  download: Download,
  frame: Frame,
  {
    signal,
    onLayer,
    onLost,
  }: { signal: AbortSignal; onLayer: (shown: LayerShown) => void; onLost: () => void },
): Promise<void> {
  const mark = `afterglow ${download.url}`;
  const started = performance.now();
  const told = ({ layer, of, final }: LayerState, display: DisplayKind): void => {
    performance.measure(`${mark} layer ${layer}${final ? ' final' : ''}`, { start: started });
    onLayer({ layer, of, final, display });
  };
  const kind = await bestCanvasKind();
  if (kind === '2d-standard' && isHighDynamicRange() && canShowGainMaps()) {
    for await (const { state, image } of ultraHdrImages(() => download.chunks(signal), signal)) {
      await nextFrame(signal);
      frame.show(image, () => {
        URL.revokeObjectURL(image.src);
      });
      told(state, 'ultra-hdr-image');
    }
    return;
  }
  const canvas = document.createElement('canvas');
  const focus = new Focus();
  let renderer: Renderer | undefined;
  let unwatch: (() => void) | undefined;
  const release = (): void => {
    renderer?.release();
  };
  const begin = async (size: HeaderState): Promise<void> => {
    // Decoding that is tried once more goes on with the same canvas.
    if (renderer !== undefined) return;
    unwatch = watchFocus(focus, frame.host, size);
    renderer = await elementRenderer(canvas, size);
    void renderer.lost?.then(() => {
      if (!signal.aborted) onLost();
    });
  };
  const states = decodeShared(() => download.chunks(signal), {
    signal,
    output: OUTPUT[kind],
    pictures: 'newest',
    tiles: kind !== 'webgpu-extended',
    focus,
  });
  try {
    for await (const state of states) {
      signal.throwIfAborted();
      if (state.type === 'header') await begin(state);
      if ((state.type !== 'layer' && state.type !== 'tile') || state.picture.encoding === 'pq') continue;
      await nextFrame(signal);
      const drawn = await renderer?.draw(
        state.picture,
        0,
        state.type === 'tile' ? placeOf(state) : undefined,
      );
      signal.throwIfAborted();
      if (drawn !== true)
        throw new DecodeError({ code: 'canvas_failed', message: 'The picture cannot be drawn here.' });
      frame.show(canvas, release);
      if (state.type === 'layer') told(state, renderer!.kind);
    }
  } finally {
    unwatch?.();
    if (frame.canvas !== canvas) release();
  }
}

function placeOf({ x, y, width, height }: TileState): Place {
  return { x, y, width, height };
}

/** Whose turn it is to draw: two pictures in one frame could hold up scrolling. */
let drawing: Promise<unknown> = Promise.resolve();

/**
 * Waits for a frame of its own. Pictures are drawn where the screen asks for them; a page that is hidden gets no frames and draws
 * none.
 */
function nextFrame(signal: AbortSignal): Promise<void> {
  const frame = drawing.then(() => {
    signal.throwIfAborted();
    return new Promise<void>((resolve, reject) => {
      const id = requestAnimationFrame(() => {
        resolve();
      });
      signal.addEventListener(
        'abort',
        () => {
          cancelAnimationFrame(id);
          reject(signal.reason as Error);
        },
        { once: true },
      );
    });
  });
  drawing = frame.catch(() => undefined);
  return frame;
}
