import type { Canvas2dKind, Place, ShownPicture } from './renderer.ts';

/** What the worker that draws is told and what it answers. Only structured-cloneable values, and types alone. */

export type PaintRequest = { readonly id: number } & (
  | { readonly type: 'canvas'; readonly canvas: OffscreenCanvas; readonly kind: Canvas2dKind }
  | {
      readonly type: 'draw';
      readonly picture: ShownPicture;
      readonly exposure: number;
      readonly place: Place | undefined;
    }
  | { readonly type: 'release' }
);

/** Whether what was asked last of this canvas has been drawn and shown. */
export interface PaintResponse {
  readonly id: number;
  readonly drawn: boolean;
}
