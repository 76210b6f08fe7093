import { FormatError } from '../errors.ts';
import { hasRow, type Block } from './block.ts';
import { halfValues } from './half.ts';
import { boxHeight, boxWidth, PIXEL_TYPES, type Box, type Channel, type PixelType } from './header.ts';

/** Which channels are the picture, each with its place in a pixel. */
export interface ColourChannels {
  readonly model: 'rgb' | 'grey' | 'luminance-chroma';
  readonly slots: ReadonlyMap<string, number>;
}

const MODELS = { rgb: ['R', 'G', 'B'], 'luminance-chroma': ['Y', 'RY', 'BY'], grey: ['Y'] } as const;

/**
 * R, G, B; else Y with RY and BY; else Y. Alpha is dropped: OpenEXR's colours are premultiplied, which is the picture on black. In a
 * file of layers alone (`beauty.R`) the only one that has colours is the picture, or Blender's of all passes, `….Combined`.
 */
export function colourChannels(channels: readonly Channel[]): ColourChannels | null {
  const found = coloursOf(channels, '');
  if (found) return found;
  const layers = [...new Set(channels.map(({ name }) => name.slice(0, name.lastIndexOf('.') + 1)))];
  const coloured = layers.filter((layer) => coloursOf(channels, layer));
  const layer = coloured.length === 1 ? coloured[0] : coloured.find((name) => /(^|\.)Combined\.$/.test(name));
  return layer === undefined ? null : coloursOf(channels, layer);
}

/** @param layer with its dot */
function coloursOf(channels: readonly Channel[], layer: string): ColourChannels | null {
  const names = new Set(channels.map(({ name }) => name));
  for (const model of ['rgb', 'luminance-chroma', 'grey'] as const) {
    const slots = MODELS[model].map((name, slot) => [layer + name, slot] as const);
    if (slots.every(([name]) => names.has(name))) return { model, slots: new Map(slots) };
  }
  return null;
}

/** Subsampling beyond this is no luminance/chroma file, and would make one sample into a great many. */
const MAX_SAMPLING = 4;

/** @throws FormatError `unsupported_feature` */
export function checkSampling(channels: readonly Channel[], colours: ColourChannels): void {
  for (const { name, xSampling, ySampling } of channels)
    if (colours.slots.has(name) && Math.max(xSampling, ySampling) > MAX_SAMPLING)
      throw new FormatError('unsupported_feature', `the OpenEXR channel ${name} has too few samples`);
}

/**
 * Puts a block's colour samples into the picture, where the display window shows them.
 *
 * @param rows the block uncompressed
 * @param data (h, w, 3), the display window
 */
export function putBlock(
  rows: Uint8Array,
  block: Block,
  colours: ColourChannels,
  shown: Box,
  data: Float32Array,
): void {
  const width = boxWidth(shown);
  const view = new DataView(rows.buffer, rows.byteOffset, rows.byteLength);
  let at = 0;
  for (let y = block.box.yMin; y <= block.box.yMax; y++) {
    for (const channel of block.channels) {
      if (!hasRow(channel, y)) continue;
      const start = at;
      at += channel.width * channel.bytes;
      const slot = colours.slots.get(channel.name);
      if (slot === undefined) continue;
      const { xSampling, ySampling, bytes } = channel;
      const sample = samplers[channel.type];
      const firstX = Math.ceil(block.box.xMin / xSampling) * xSampling;
      const top = Math.max(y, shown.yMin);
      const bottom = Math.min(y + ySampling - 1, shown.yMax);
      // A subsampled channel's sample stands for the pixels to its right and below.
      for (let row = top; row <= bottom; row++) {
        const rowStart = (row - shown.yMin) * width;
        if (xSampling === 1) {
          const from = Math.max(firstX, shown.xMin);
          const to = Math.min(block.box.xMax, shown.xMax);
          for (let x = from; x <= to; x++)
            data[(rowStart + x - shown.xMin) * 3 + slot] = sample(view, start + (x - firstX) * bytes);
        } else {
          for (let i = 0; i < channel.width; i++) {
            const value = sample(view, start + i * bytes);
            const x = firstX + i * xSampling;
            const to = Math.min(x + xSampling - 1, shown.xMax);
            for (let column = Math.max(x, shown.xMin); column <= to; column++)
              data[(rowStart + column - shown.xMin) * 3 + slot] = value;
          }
        }
      }
    }
  }
}

const samplers: Record<PixelType, (view: DataView, at: number) => number> = {
  [PIXEL_TYPES.uint]: (view, at) => view.getUint32(at, true),
  [PIXEL_TYPES.half]: (view, at) => halfValues()[view.getUint16(at, true)]!,
  [PIXEL_TYPES.float]: (view, at) => view.getFloat32(at, true),
};

/**
 * From the slots to R, G, B, in place; luminance/chroma by ImfRgbaYca.cpp: RY = (R − Y) / Y, BY = (B − Y) / Y.
 *
 * @param weights of luminance
 */
export function toRgb(
  data: Float32Array,
  { model }: ColourChannels,
  [wr, wg, wb]: readonly [number, number, number],
): void {
  if (model === 'rgb') return;
  for (let i = 0; i < data.length; i += 3) {
    const y = data[i]!;
    const r = model === 'grey' ? y : (1 + data[i + 1]!) * y;
    const b = model === 'grey' ? y : (1 + data[i + 2]!) * y;
    data[i] = r;
    data[i + 1] = model === 'grey' ? y : (y - wr * r - wb * b) / wg;
    data[i + 2] = b;
  }
}

/** The pixels of one window as another shows them: cut off at it, and black where there are none. */
export function moveTo(shown: Box, data: Float32Array, window: Box): Float32Array {
  if ((['xMin', 'yMin', 'xMax', 'yMax'] as const).every((edge) => shown[edge] === window[edge])) return data;
  const [left, right] = [Math.max(shown.xMin, window.xMin), Math.min(shown.xMax, window.xMax)];
  const [top, bottom] = [Math.max(shown.yMin, window.yMin), Math.min(shown.yMax, window.yMax)];
  const moved = new Float32Array(boxWidth(shown) * boxHeight(shown) * 3);
  for (let y = top; left <= right && y <= bottom; y++) {
    const from = 3 * ((y - window.yMin) * boxWidth(window) + left - window.xMin);
    const to = 3 * ((y - shown.yMin) * boxWidth(shown) + left - shown.xMin);
    moved.set(data.subarray(from, from + 3 * (right - left + 1)), to);
  }
  return moved;
}

export const boxSize = (box: Box): { width: number; height: number } => ({
  width: boxWidth(box),
  height: boxHeight(box),
});
