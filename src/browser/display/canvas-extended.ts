import { extendedSignals } from './extended-signals.ts';
import { fit, releaseCanvas, type AnyCanvas, type Context2d, type Renderer } from './renderer.ts';

/** What browsers have of the proposals for HDR in 2D canvases, which the type library does not know yet. */
interface ExtendedSettings extends CanvasRenderingContext2DSettings {
  readonly colorType?: 'unorm8' | 'float16';
  readonly toneMapping?: { readonly mode?: 'standard' | 'extended' };
}
type HalfImageData = new (
  data: ArrayBufferView,
  width: number,
  height: number,
  settings: { pixelFormat: 'rgba-float16'; colorSpace: PredefinedColorSpace },
) => ImageData;
type HalfArray = new (buffer: ArrayBuffer) => ArrayBufferView;

/** Nor that those off screen tell theirs, too, where the browser has it so: Firefox does not. */
type ExtendedContext = OffscreenCanvasRenderingContext2D & {
  getContextAttributes?: () => ExtendedSettings;
};

const SETTINGS: ExtendedSettings = { colorType: 'float16', toneMapping: { mode: 'extended' } };

let extended: boolean | undefined;

/** Whether 2D canvases of half floats may exceed SDR white here. */
export function hasExtendedCanvas(): boolean {
  return (extended ??= tryExtendedCanvas());
}

function tryExtendedCanvas(): boolean {
  if (!('Float16Array' in globalThis && 'OffscreenCanvas' in globalThis)) return false;
  const context: ExtendedContext | null = new OffscreenCanvas(1, 1).getContext('2d', SETTINGS);
  const found = context?.getContextAttributes?.();
  return found?.colorType === 'float16' && found.toneMapping?.mode === 'extended';
}

/** Shows a picture on a 2D canvas of half floats; what exceeds the screen's headroom is clipped by it. */
export function extendedRenderer(canvas: AnyCanvas): Renderer | null {
  const context = canvas.getContext('2d', SETTINGS) as Context2d | null;
  if (context === null) return null;
  const { Float16Array } = globalThis as unknown as { Float16Array: HalfArray };
  return {
    kind: '2d-extended',
    draw(picture, exposure, place) {
      const signals = picture.encoding === 'linear' ? extendedSignals(picture, exposure) : picture.data;
      if (!(signals instanceof Uint16Array)) return false;
      fit(canvas, place ?? picture);
      const image = new (ImageData as unknown as HalfImageData)(
        new Float16Array(signals.buffer),
        picture.width,
        picture.height,
        { pixelFormat: 'rgba-float16', colorSpace: 'srgb' },
      );
      context.putImageData(image, place?.x ?? 0, place?.y ?? 0);
      return true;
    },
    release: () => {
      releaseCanvas(canvas);
    },
  };
}
