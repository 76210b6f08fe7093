import { fit, releaseCanvas, type AnyCanvas, type Context2d, type Renderer } from './renderer.ts';
import { standardSignals } from './standard-signals.ts';

/** Shows a picture within SDR white, by our own tone mapping, on any canvas. Null if it already has another context. */
export function standardRenderer(canvas: AnyCanvas): Renderer | null {
  const context = canvas.getContext('2d') as Context2d | null;
  if (context === null) return null;
  return {
    kind: '2d-standard',
    draw(picture, exposure, place) {
      const signals = picture.encoding === 'linear' ? standardSignals(picture, exposure) : picture.data;
      if (!(signals instanceof Uint8ClampedArray)) return false;
      fit(canvas, place ?? picture);
      const image = new ImageData(signals, picture.width, picture.height);
      context.putImageData(image, place?.x ?? 0, place?.y ?? 0);
      return true;
    },
    release: () => {
      releaseCanvas(canvas);
    },
  };
}
