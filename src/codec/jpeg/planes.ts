import { CodecError } from '../errors.ts';

/** YCbCr of JFIF (ITU-T T.871: BT.601, full range) as floats: code values, nominally 0…255, not rounded. */
export interface JpegPlanes {
  /** Of luma, 1…65535. */
  readonly width: number;
  readonly height: number;
  /** (h, w) */
  readonly y: Float32Array;
  /** (⌈h / s⌉, ⌈w / s⌉), s = 2 for 4:2:0 and 1 for 4:4:4. */
  readonly cb: Float32Array;
  readonly cr: Float32Array;
  readonly subsampling: '4:2:0' | '4:4:4';
}

export interface JpegEncodeOptions {
  /** 64 steps of 1…255 in natural (row-major) order. */
  readonly lumaTable: Uint8Array;
  readonly chromaTable: Uint8Array;
  /**
   * Lagrangian price of a bit, in units of the squared step of the component's own table (mean over the table, squared);
   * 0 is plain rounding. `DEFAULT_LAMBDA` where absent.
   */
  readonly lambda?: number;
  /** Weight of the squared error by 8×8 luma block (⌈h / 8⌉, ⌈w / 8⌉), about 1 on average; chroma blocks take the mean of theirs. */
  readonly blockWeights?: Float32Array;
}

/** Throws CodecError `invalid_option` on whatever cannot be encoded. */
export function checkInput(planes: JpegPlanes, options: JpegEncodeOptions): void {
  const { width, height, subsampling } = planes;
  const isSide = (side: number): boolean => Number.isInteger(side) && side >= 1 && side <= 65535;
  if (!isSide(width) || !isSide(height))
    refuse(`A JPEG of ${width} × ${height} cannot be: sides are 1 to 65535.`);
  const scale = subsampling === '4:2:0' ? 2 : 1;
  const chroma = Math.ceil(width / scale) * Math.ceil(height / scale);
  if (planes.y.length !== width * height)
    refuse(`Luma needs ${width * height} samples, not ${planes.y.length}.`);
  for (const plane of [planes.cb, planes.cr]) {
    if (plane.length !== chroma)
      refuse(`Chroma at ${subsampling} needs ${chroma} samples, not ${plane.length}.`);
  }
  for (const table of [options.lumaTable, options.chromaTable]) {
    if (table.length !== 64 || table.includes(0)) refuse('A quantisation table needs 64 steps of 1 to 255.');
  }
  const { lambda, blockWeights } = options;
  if (lambda !== undefined && !(lambda >= 0 && lambda < Infinity))
    refuse('lambda must be finite and not negative.');
  if (blockWeights === undefined) return;
  const blocks = Math.ceil(width / 8) * Math.ceil(height / 8);
  if (blockWeights.length !== blocks)
    refuse(`${blocks} block weights are needed, not ${blockWeights.length}.`);
  if (!blockWeights.every((weight) => weight >= 0 && weight < Infinity)) {
    refuse('Block weights must be finite and not negative.');
  }
}

function refuse(message: string): never {
  throw new CodecError('invalid_option', message);
}
