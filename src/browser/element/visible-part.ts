import type { Focus } from '../focus.ts';

/**
 * Keeps a focus on what the viewport shows of an element, as pixels of the picture that fills it. Where `object-fit` crops or letters it,
 * that is near enough for an order. Answers what ends it.
 */
export function watchFocus(
  focus: Focus,
  element: HTMLElement,
  picture: { readonly width: number; readonly height: number },
): () => void {
  let frame = 0;
  const look = (): void => {
    frame = 0;
    const { left, top, width, height } = element.getBoundingClientRect();
    const [x, right] = visible(left, width, innerWidth, picture.width);
    const [y, bottom] = visible(top, height, innerHeight, picture.height);
    focus.rect = { x, y, width: right - x, height: bottom - y };
  };
  const onScroll = (): void => {
    frame ||= requestAnimationFrame(look);
  };
  look();
  document.addEventListener('scroll', onScroll, { capture: true, passive: true });
  return () => {
    cancelAnimationFrame(frame);
    document.removeEventListener('scroll', onScroll, { capture: true });
  };
}

/** Where the viewport (0 to `viewport`) begins and ends on a box, in pixels of a picture of this size. */
function visible(start: number, length: number, viewport: number, size: number): [number, number] {
  return [0, viewport].map((edge) => size * Math.min(Math.max((edge - start) / length, 0), 1) || 0) as [
    number,
    number,
  ];
}
