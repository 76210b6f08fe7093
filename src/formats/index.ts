export { FormatError, type FormatErrorCode } from './errors.ts';
export type { PictureProbe, ReadOptions } from './format.ts';
export { probe, PROBE_BYTES, type Probe } from './probe.ts';
export { probeFile, type ReadPiece } from './probe-file.ts';
export { DEFAULT_LIMITS, type Limits, type PictureSize } from './limits.ts';
export { read, readHeader, type SourcePicture } from './read.ts';
export { sniff, type FormatKind } from './sniff.ts';
export { WRITABLE_KINDS, write, type WritableKind, type WriteOptions } from './write.ts';
export { findGainMap, type JpegGainMap } from './ultra-hdr/find.ts';
