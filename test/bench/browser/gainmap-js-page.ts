// What the page of decode-cost.ts runs: gainmap-js encodes the picture, and decodes its own file.
import { encodeAndCompress, findTextureMinMax } from '@monogrid/gainmap-js/encode';
import { encodeJPEGMetadata } from '@monogrid/gainmap-js/libultrahdr';
import { HDRJPGLoader } from '@monogrid/gainmap-js';
import { DataTexture, FloatType, LinearSRGBColorSpace, RGBAFormat, WebGLRenderer } from 'three';

/** Linear light from /picture.raw, (h, w, 4) float32 → a gain-map JPEG of gainmap-js. */
async function encodeGainMap(width: number, height: number): Promise<Blob> {
  const light = new Float32Array(await (await fetch('/picture.raw')).arrayBuffer());
  const image = new DataTexture(light, width, height, RGBAFormat, FloatType);
  image.colorSpace = LinearSRGBColorSpace;
  image.needsUpdate = true;
  const encoded = await encodeAndCompress({
    image,
    maxContentBoost: Math.max(...findTextureMinMax(image)),
    mimeType: 'image/jpeg',
    quality: 0.85,
  });
  return new Blob([encodeJPEGMetadata(encoded)], { type: 'image/jpeg' });
}

/** Milliseconds from the file's URL to pixels, read back as ours are. */
async function decodeGainMap(url: string): Promise<number> {
  const renderer = new WebGLRenderer();
  try {
    const started = performance.now();
    const result = await new HDRJPGLoader(renderer).loadAsync(url);
    result.render();
    result.toArray();
    return performance.now() - started;
  } finally {
    renderer.dispose();
  }
}

declare global {
  interface Window {
    encodeGainMap: typeof encodeGainMap;
    decodeGainMap: typeof decodeGainMap;
  }
}
Object.assign(window, { encodeGainMap, decodeGainMap });
