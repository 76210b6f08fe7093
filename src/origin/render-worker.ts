import { move, transferableSymbol, valueSymbol, workerData } from 'piscina';
import { nodeJpegCoder } from '../inference/jpeg-node.ts';
import { loadNetworks, type LoadedNetworks } from '../inference/node.ts';
import { guardedNetworks } from './guarded-networks.ts';
import { JobGuard } from './job-guard.ts';
import type { JobMessage, JobOutcome, WorkerSettings } from './jobs.ts';
import { refusalOf } from './problems.ts';
import { renderDecode, renderEncode, type RenderParts } from './render.ts';

// The thread in which pictures are rendered: one job at a time, the networks loaded once and kept.

const settings = workerData as WorkerSettings;
const jpeg = nodeJpegCoder({ maxPixels: settings.maxPixels });
const loaded = new Map<string | undefined, LoadedNetworks>();
const skipped: string[] = [];

export default async function render({ job, guard: memory }: JobMessage): Promise<JobOutcome> {
  const guard = new JobGuard(memory);
  const parts: RenderParts = {
    jpeg,
    maxPixels: settings.maxPixels,
    networks: async (model) => guardedNetworks(await guard.native(() => networksOf(model)), guard),
  };
  try {
    switch (job.kind) {
      case 'warm': {
        const { provider, model } = await guard.native(() => networksOf());
        return { kind: 'ready', provider, model: model.id, skipped };
      }
      case 'encode': {
        const { bytes, layout } = await renderEncode(job.body, job.parameters, parts);
        return done(bytes, layout);
      }
      case 'decode':
        return done(await renderDecode(job.body, job.parameters, parts), null);
    }
  } catch (error) {
    const problem = refusalOf(error);
    if (problem === undefined) throw error;
    return { kind: 'refused', problem };
  }
}

/** The bytes change hands rather than being copied, unless they are a part of something larger. */
function done(bytes: Uint8Array, layout: string | null): JobOutcome {
  const whole = bytes.byteLength === bytes.buffer.byteLength ? bytes : bytes.slice();
  const outcome: JobOutcome = { kind: 'done', bytes: whole, layout };
  // piscina unwraps what `move` marks: the value arrives, the buffer transferred along.
  return move({ [transferableSymbol]: whole.buffer, [valueSymbol]: outcome }) as unknown as JobOutcome;
}

async function networksOf(model: string | undefined = settings.model): Promise<LoadedNetworks> {
  const known = loaded.get(model);
  if (known !== undefined) return known;
  const networks = await loadNetworks({
    modelsFolder: settings.modelsFolder,
    model,
    providers: settings.providers,
    threads: settings.threads,
    onUnavailable: (provider, cause) => {
      skipped.push(`${provider}: ${cause instanceof Error ? cause.message : String(cause)}`);
    },
  });
  loaded.set(model, networks);
  return networks;
}
