import type { LinearPicture } from '../linear-picture.ts';
import { bandOf, luminances } from './luminance-scale.ts';

/** Draws a picture with the colour of each pixel's band of luminance, whatever the exposure: bands are of cd/m². */
export function drawFalseColours(canvas: HTMLCanvasElement, picture: LinearPicture): void {
  const image = new ImageData(picture.width, picture.height);
  luminances(picture).forEach((luminance, i) => {
    const [r, g, b] = bandOf(luminance).colour;
    image.data.set([r, g, b, 255], 4 * i);
  });
  canvas.width = picture.width;
  canvas.height = picture.height;
  canvas.getContext('2d')!.putImageData(image, 0, 0);
}
