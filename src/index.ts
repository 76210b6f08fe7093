/** The library for Node: `import { encode, decode, read } from 'afterglow'`. */
export * from './codec/index.ts';
export * from './container/index.ts';
export { read, write, sniff, probe, probeFile, FormatError } from './formats/index.ts';
export { nodeJpegCoder } from './inference/jpeg-node.ts';
export { loadNetworks } from './inference/node.ts';
