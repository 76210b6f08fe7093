/**
 * The load bench of the edge: `node scripts/build.js && node test/bench/edge/main.ts [seconds per round]`. Prints what
 * docs/benchmarks-edge.md reports; fails if a target of the project is missed. Run it on a machine that does nothing else.
 */
import { spawnSync } from 'node:child_process';
import { parseArgs } from 'node:util';
import { measureColdKey } from './cold-key.ts';
import { measureHeap } from './heap-use.ts';
import { measureHits } from './hits.ts';

const { positionals } = parseArgs({ allowPositionals: true });
const seconds = Number(positionals[0] ?? 5);
const nginx = spawnSync('nginx', ['-v']).error === undefined;

const missed: string[] = [];
const target = (reached: boolean, words: string): void => {
  console.log(`${reached ? 'reached' : 'MISSED '}  ${words}`);
  if (!reached) missed.push(words);
};

const hits = await measureHits({ seconds, rounds: 3, connections: 32, nginx });
for (const { name, rate, p50, p99 } of hits) {
  console.log(`${name.padEnd(24)} ${rate.toFixed(0).padStart(6)} requests/s   p50 ${p50} ms   p99 ${p99} ms`);
}
const rateOf = (name: string): number => hits.find((hit) => hit.name === name)?.rate ?? Number.NaN;
const toBare = rateOf('afterglow') / rateOf('bare worker');
const toIpx = rateOf('afterglow') / rateOf('ipx');
target(toBare >= 0.85, `hits: ${toBare.toFixed(2)} × a bare Worker that streams the same object (0.85)`);
target(toIpx >= 5, `hits: ${toIpx.toFixed(1)} × ipx alone (5)`);
if (nginx)
  console.log(
    `hits: ${(rateOf('afterglow') / rateOf('ipx behind nginx')).toFixed(3)} × ipx behind nginx, warm`,
  );

const cold = await measureColdKey(10_000, 250);
target(
  cold.renders === 1,
  `${cold.requests} requests for one cold key: ${cold.renders} rendering (1), ${cold.seconds.toFixed(1)} s`,
);

for (const from of ['bucket', 'cache'] as const) {
  const { bytes, heap } = await measureHeap(from, 200);
  const [file, peak] = [bytes, heap].map((n) => (n / 2 ** 20).toFixed(1));
  target(
    heap < 128 * 2 ** 20,
    `200 requests at once for ${file} MiB from the ${from}: heap of ${peak} MiB (128)`,
  );
}

if (missed.length > 0) process.exitCode = 1;
