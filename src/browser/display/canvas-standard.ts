import { fromHalf } from '../half-float.ts';
import { fit, type Renderer } from './renderer.ts';
import { srgbEncode } from '../../codec/srgb.ts';
import { gain, rollOff } from './tone-map.ts';

const HALVES = 65536;

/** Shows a picture within SDR white, by our own tone mapping, on any canvas. Null if it already has another context. */
export function standardRenderer(canvas: HTMLCanvasElement): Renderer | null {
  const context = canvas.getContext('2d');
  if (context === null) return null;
  return {
    kind: '2d-standard',
    draw(picture, exposure) {
      fit(canvas, picture);
      const image = context.createImageData(picture.width, picture.height);
      const table = codeValues(exposure);
      const { data } = picture;
      for (let i = 0; i < data.length; i += 4) {
        image.data[i] = table[data[i]!]!;
        image.data[i + 1] = table[data[i + 1]!]!;
        image.data[i + 2] = table[data[i + 2]!]!;
        image.data[i + 3] = 255;
      }
      context.putImageData(image, 0, 0);
    },
  };
}

/** Half float → sRGB code value: 65536 curves' worth of arithmetic, however large the picture. */
function codeValues(exposure: number): Uint8ClampedArray {
  const factor = gain(exposure);
  return Uint8ClampedArray.from({ length: HALVES }, (_, half) => {
    const light = fromHalf(half) * factor;
    return Number.isNaN(light) ? 0 : 255 * srgbEncode(rollOff(light));
  });
}
