import type { Slot } from './srcset.ts';

/** The page's window as `srcset` and `sizes` are measured against it; lengths where the element stands. */
export function pageSlot(element: Element): Slot {
  return {
    density: devicePixelRatio,
    matches: (media) => matchMedia(media).matches,
    measure: (length) => {
      const probe = document.createElement('div');
      probe.style.cssText = `position: absolute; visibility: hidden; padding: 0; border: 0; width: ${length}`;
      (element.parentElement ?? document.body).append(probe);
      const { width } = probe.getBoundingClientRect();
      probe.remove();
      return width;
    },
  };
}
