import type { LinearPicture } from '../linear-picture.ts';
import { bandOf, luminances } from './luminance-scale.ts';

/** Draws a picture with the colour of each pixel's band of luminance, whatever the exposure: bands are of cd/m². */
export function drawFalseColours(canvas: HTMLCanvasElement, picture: LinearPicture): void {
  const image = new ImageData(picture.width, picture.height);
  luminances(picture).forEach((luminance, i) => {
    const { colour } = bandOf(luminance);
    image.data[4 * i] = colour[0];
    image.data[4 * i + 1] = colour[1];
    image.data[4 * i + 2] = colour[2];
    image.data[4 * i + 3] = 255;
  });
  canvas.width = picture.width;
  canvas.height = picture.height;
  canvas.getContext('2d')!.putImageData(image, 0, 0);
}
