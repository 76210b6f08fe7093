import { gravityPoint, type Gravity } from '../../delivery/variant.ts';

/** Where one thing lies on another that leaves `free` pixels of it uncovered: whole pixels from the left and from the top. */
export function place(
  gravity: Gravity | undefined,
  free: { readonly x: number; readonly y: number },
): { readonly x: number; readonly y: number } {
  const { x, y } = gravityPoint(gravity);
  return { x: Math.round(x * free.x), y: Math.round(y * free.y) };
}
