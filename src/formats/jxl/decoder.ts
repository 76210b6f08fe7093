import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { initSync, JxlImage } from 'jxl-oxide-wasm';
import { damaged } from '../errors.ts';

let ready = false;

/** Compiled when the first JPEG XL comes: most processes never see one. */
function load(): void {
  if (ready) return;
  const path = fileURLToPath(import.meta.resolve('jxl-oxide-wasm/module.wasm'));
  initSync({ module: readFileSync(path) });
  ready = true;
}

/**
 * The picture once its header is read; the caller frees it.
 *
 * @throws FormatError `damaged`, also where the bytes end before the header does
 */
export function openJxl(bytes: Uint8Array): {
  readonly image: JxlImage;
  readonly width: number;
  readonly height: number;
} {
  load();
  const image = new JxlImage();
  const initialised = attempt(() => {
    image.feedBytes(bytes);
    return image.tryInit();
  });
  const { width, height } = image;
  if (!initialised || width === undefined || height === undefined) {
    image.free();
    throw damaged('the JPEG XL ends before its header does');
  }
  return { image, width, height };
}

/** The first frame as a PNG, of 16 bits where there are more than 8. @throws FormatError `damaged` */
export function renderToPng(image: JxlImage): Uint8Array {
  if (!image.loaded) throw damaged('the JPEG XL ends before its picture does');
  // Encoding takes the frame with it: there is nothing left to free.
  return attempt(() => image.render().encodeToPng());
}

/** jxl-oxide throws strings, and WebAssembly a RuntimeError where it panics. */
function attempt<T>(action: () => T): T {
  try {
    return action();
  } catch (cause) {
    throw damaged(
      `the JPEG XL cannot be decoded: ${cause instanceof Error ? cause.message : String(cause)}`,
      cause,
    );
  }
}
