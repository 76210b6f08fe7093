export { DISPLAY_BLACK, DISPLAY_PEAK } from './display.ts';
export { QualityReference, type Quality } from './quality.ts';
export { bdRate, upperHull, type RatePoint } from './rate-distortion.ts';
export { measuredPicture } from './reference.ts';
