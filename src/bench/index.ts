export { bench, type BenchOptions, type BenchResult } from './bench.ts';
export { formatBdRate, type Comparison } from './comparison.ts';
export { BenchError, type BenchErrorCode } from './errors.ts';
export type { Ours } from './ours.ts';
