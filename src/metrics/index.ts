export { fromBt2020, toBt2020 } from './bt2020.ts';
export { DISPLAY_BLACK, DISPLAY_PEAK } from './display.ts';
export { QualityReference, type Quality } from './quality.ts';
export { bdRate, betweenRates, qualityAt, upperHull, type RatePoint } from './rate-distortion.ts';
export { measuredPicture } from './reference.ts';
