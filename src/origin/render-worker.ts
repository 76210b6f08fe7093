import { move, transferableSymbol, valueSymbol, workerData } from 'piscina';
import { nodeJpegCoder } from '../inference/jpeg-node.ts';
import { loadNetworks, type LoadedNetworks } from '../inference/node.ts';
import { giveBack } from './give-back.ts';
import { guardedNetworks } from './guarded-networks.ts';
import { JobGuard } from './job-guard.ts';
import type { JobAnswers, JobMessage, JobOutcome, WorkerSettings } from './jobs.ts';
import { refusalOf } from './problems.ts';
import { probe } from './probe.ts';
import { renderDecode, renderEncode, type RenderParts } from './render.ts';

// The thread in which pictures are rendered: one job at a time, the networks loaded once and kept.

const settings = workerData as WorkerSettings;
const jpeg = nodeJpegCoder({ maxPixels: settings.maxPixels });
const loaded = new Map<string | undefined, LoadedNetworks>();
const skipped: string[] = [];

export default async function render(message: JobMessage): Promise<JobOutcome> {
  try {
    return await answer(message);
  } finally {
    await giveBack();
  }
}

async function answer({ job, guard: memory }: JobMessage): Promise<JobOutcome> {
  const guard = new JobGuard(memory);
  const parts: RenderParts = {
    jpeg,
    maxPixels: settings.maxPixels,
    limits: settings.limits,
    sdrQuality: settings.sdrQuality,
    keepLocation: settings.keepLocation,
    networks: async (model) => guardedNetworks(await guard.native(() => networksOf(model)), guard),
  };
  try {
    switch (job.kind) {
      case 'warm': {
        const { provider, model } = await guard.native(() => networksOf());
        return { kind: 'done', answer: { provider, model: model.id, skipped } };
      }
      case 'encode':
        return transferring(await renderEncode(job.body, job.parameters, parts));
      case 'decode':
        return transferring({ bytes: await renderDecode(job.body, job.parameters, parts) });
      case 'probe':
        return { kind: 'done', answer: await probe(job.body, parts) };
    }
  } catch (error) {
    const problem = refusalOf(error);
    if (problem === undefined) throw error;
    return { kind: 'refused', problem };
  }
}

/**
 * The bytes change hands rather than being copied, unless they are a part of something larger: of Node's pool, say, as small Buffers
 * are, which cannot be transferred and of which `slice` makes no copy.
 */
function transferring(answer: JobAnswers['encode'] | JobAnswers['decode']): JobOutcome {
  const { bytes } = answer;
  const whole = bytes.byteLength === bytes.buffer.byteLength ? bytes : Uint8Array.from(bytes);
  const outcome: JobOutcome = { kind: 'done', answer: { ...answer, bytes: whole } };
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
