/**
 * `npm run fuzz`: mutated files through every reader, mutated requests through the edge. Prints what was run; exit code 1 if
 * anything crashed or hung.
 */
import { parseArgs } from 'node:util';
import { fuzzCodec } from '../test/fuzz/codec.ts';
import { fuzzContainer } from '../test/fuzz/container.ts';
import { fuzzEdge } from '../test/fuzz/edge.ts';
import { fuzzMetadata } from '../test/fuzz/metadata.ts';
import { fuzzFormatParsers, fuzzFormats } from '../test/fuzz/formats.ts';

const { values } = parseArgs({
  options: {
    executions: { type: 'string', default: '100000' },
    target: { type: 'string' },
    seed: { type: 'string', default: String(Date.now() % 2 ** 31) },
  },
});
const executions = Number(values.executions);
const seed = Number(values.seed);
// Shares by cost: the container reads in microseconds, a whole decode takes milliseconds.
const targets = [
  { name: 'container', share: 0.8, run: fuzzContainer },
  { name: 'format parsers', share: 0.5, run: fuzzFormatParsers },
  { name: 'metadata', share: 0.5, run: fuzzMetadata },
  { name: 'formats', share: 0.1, run: fuzzFormats },
  { name: 'codec', share: 0.1, run: fuzzCodec },
  { name: 'edge', share: 1, run: fuzzEdge },
];
for (const { name, share, run } of targets) {
  if (values.target !== undefined && values.target !== name) continue;
  const start = Date.now();
  const { executions: done, failures } = await run(Math.ceil(executions * share), seed);
  const seconds = ((Date.now() - start) / 1000).toFixed(1);
  console.log(`${name}: ${done} executions, ${failures.length} failures, ${seconds} s (seed ${seed})`);
  for (const failure of failures.slice(0, 10)) console.error(failure);
  if (failures.length > 0) process.exitCode = 1;
}
