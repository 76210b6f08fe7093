export { createHanDecoder } from './decoder.ts';
export { codeHanLayers } from './layers.ts';
