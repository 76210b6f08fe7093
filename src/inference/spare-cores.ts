/** Cores that computing may fill: one of three or more is left to the page, which makes its frames late with all of them busy. Of two, the
 * second is worth more to the picture. */
export function spareCores(): number {
  const cores = navigator.hardwareConcurrency;
  return cores > 2 ? cores - 1 : cores;
}
