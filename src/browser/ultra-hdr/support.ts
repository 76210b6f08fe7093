/** Browsers that know how to limit the range of pictures are those that show gain maps: there is no test for the latter. */
export function canShowGainMaps(): boolean {
  return CSS.supports('dynamic-range-limit', 'no-limit');
}
