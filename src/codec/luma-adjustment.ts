import type { JpegPlanes } from './jpeg/index.ts';
import { LUMA_BT709 } from './luminance.ts';
import { pqToNits } from './pq-tables.ts';

/** Points of the inverse tone curve's table per code value, and bisections of the luma range: 1/32 of a code value. */
const FINENESS = 4;
const BISECTIONS = 13;
const [LOWEST, HIGHEST] = [-32, 287] as const;

/**
 * JPEG's Y, Cb and Cr (JFIF, full range) of a tone-mapped picture, 4:2:0, with every luma set so that the decoded pixel
 * has the original's luminance. Colour at half the resolution leaks into luminance, most in saturated and contrasted
 * places; luma can take that back before it is coded (Ström, Samuelsson and Dovstam, "Luma adjustment for high dynamic
 * range video", DCC 2016). It is what limits a 4:2:0 base at high rates.
 *
 * @param planes PQ planes (3, h, w)
 * @param curve the tone curve: code values at equally spaced PQ values over [0, 1]
 */
export function adjustedLuma(
  planes: Float32Array,
  curve: Float64Array,
  width: number,
  height: number,
): JpegPlanes {
  const size = width * height;
  const across = Math.ceil(width / 2);
  const down = Math.ceil(height / 2);
  const cb = new Float32Array(across * down);
  const cr = new Float32Array(across * down);
  for (let row = 0; row < down; row++) {
    for (let column = 0; column < across; column++) {
      let [red, green, blue] = [0, 0, 0];
      for (let k = 0; k < 4; k++) {
        const y = Math.min(2 * row + (k >> 1), height - 1);
        const i = y * width + Math.min(2 * column + (k & 1), width - 1);
        red += 0.25 * mapped(planes[i]!, curve);
        green += 0.25 * mapped(planes[size + i]!, curve);
        blue += 0.25 * mapped(planes[2 * size + i]!, curve);
      }
      const luma = 0.299 * red + 0.587 * green + 0.114 * blue;
      cb[row * across + column] = 128 + (blue - luma) / 1.772;
      cr[row * across + column] = 128 + (red - luma) / 1.402;
    }
  }
  const y = lumaFor(planes, inverseLight(curve), cb, cr, width, height);
  return { width, height, y, cb, cr, subsampling: '4:2:0' };
}

function lumaFor(
  planes: Float32Array,
  light: Float32Array,
  cb: Float32Array,
  cr: Float32Array,
  width: number,
  height: number,
): Float32Array {
  const size = width * height;
  const across = Math.ceil(width / 2);
  const rows = { cb: new Float32Array(width), cr: new Float32Array(width) };
  const luma = new Float32Array(size);
  const [wr, wg, wb] = LUMA_BT709;
  for (let row = 0, i = 0; row < height; row++) {
    upsampleRow(rows.cb, cb, row, across, Math.ceil(height / 2));
    upsampleRow(rows.cr, cr, row, across, Math.ceil(height / 2));
    for (let x = 0; x < width; x++, i++) {
      const blue = rows.cb[x]! - 128;
      const red = rows.cr[x]! - 128;
      const [r, g, b] = [1.402 * red, -0.344136 * blue - 0.714136 * red, 1.772 * blue];
      const wanted =
        wr * pqToNits(planes[i]!) + wg * pqToNits(planes[size + i]!) + wb * pqToNits(planes[2 * size + i]!);
      let low: number = LOWEST;
      let high: number = HIGHEST;
      for (let k = 0; k < BISECTIONS; k++) {
        const middle = (low + high) / 2;
        const found =
          wr * lookUp(light, middle + r) + wg * lookUp(light, middle + g) + wb * lookUp(light, middle + b);
        if (found < wanted) low = middle;
        else high = middle;
      }
      luma[i] = Math.min(Math.max((low + high) / 2, 0), 255);
    }
  }
  return luma;
}

/** A row of a plane of half the resolution, as libjpeg's decoders interpolate it ("fancy upsampling"): ¾ and ¼. */
function upsampleRow(out: Float32Array, plane: Float32Array, y: number, across: number, down: number): void {
  const near = (y >> 1) * across;
  const far = Math.min(Math.max((y >> 1) + (y & 1 ? 1 : -1), 0), down - 1) * across;
  for (let x = 0; x < out.length; x++) {
    const at = x >> 1;
    const beside = Math.min(Math.max(at + (x & 1 ? 1 : -1), 0), across - 1);
    out[x] =
      0.75 * (0.75 * plane[near + at]! + 0.25 * plane[far + at]!) +
      0.25 * (0.75 * plane[near + beside]! + 0.25 * plane[far + beside]!);
  }
}

/** Code value of a PQ value. */
function mapped(signal: number, curve: Float64Array): number {
  const at = signal * (curve.length - 1);
  const k = Math.min(curve.length - 2, Math.trunc(at));
  return curve[k]! + (at - k) * (curve[k + 1]! - curve[k]!);
}

/** cd/m² at code values 0, 1/4, 1/2 … 255. */
function inverseLight(curve: Float64Array): Float32Array {
  const light = new Float32Array(255 * FINENESS + 1);
  let k = 0;
  for (let i = 0; i < light.length; i++) {
    const code = i / FINENESS;
    while (k < curve.length - 2 && curve[k + 1]! < code) k++;
    const rise = curve[k + 1]! - curve[k]!;
    const part = rise > 0 ? Math.min(Math.max((code - curve[k]!) / rise, 0), 1) : 0;
    light[i] = pqToNits((k + part) / (curve.length - 1));
  }
  return light;
}

function lookUp(light: Float32Array, code: number): number {
  const at = Math.min(Math.max(code, 0), 255) * FINENESS;
  const k = Math.min(light.length - 2, Math.trunc(at));
  return light[k]! + (at - k) * (light[k + 1]! - light[k]!);
}
