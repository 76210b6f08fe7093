import { ProblemError } from '../../delivery/problem.ts';
import type { Variant } from '../../delivery/variant.ts';
import { currentTraceparent } from '../../telemetry/current.ts';
import type { Env } from '../env.ts';
import { OriginBusyError, OriginError } from '../origin.ts';
import type { Master } from '../store/pointers.ts';
import { OtherBaseError, renditionName, renditionVersion } from '../store/renditions.ts';
import type { Rendition, RenditionKind } from '../store/renditions.ts';
import type { RenderGate } from './render-gate.ts';
import type { RenderOrder, RenderOutcome } from './render.ts';

/** What is rendered of an upload. */
interface Source {
  readonly key: string;
  readonly generation: string;
  readonly master: Master;
}

/** The worker has been deployed anew, or the machine went away: once more, and another object takes over. */
const MOST_TRIES = 2;

/**
 * Has a rendition rendered, or waits for those who are at it. `null`: the upload was superseded in the meantime.
 *
 * @throws ProblemError (4xx) what is wrong with the master
 * @throws OriginError, OriginBusyError, OtherBaseError
 */
export async function rendered(
  env: Env,
  { key, generation, master }: Source,
  variant: Variant,
  kind: RenditionKind,
): Promise<Rendition | null> {
  const version = renditionVersion(env, { generation });
  const name = renditionName(version, variant, kind);
  const baseName = renditionName(version, variant, 'base');
  const trace = currentTraceparent();
  const outcome = await ask(env, { name, key, generation, master, variant, kind, baseName, trace });
  switch (outcome.result) {
    case 'stored':
      return outcome.rendition;
    case 'superseded':
      return null;
    case 'other-base':
      throw new OtherBaseError();
    case 'busy':
      throw new OriginBusyError(outcome.retryAfter);
    case 'refused':
      throw new ProblemError(outcome.problem);
    case 'failed':
      throw new OriginError(outcome.message);
  }
}

async function ask(env: Env, order: RenderOrder): Promise<RenderOutcome> {
  const gates = env.RENDER_GATE as DurableObjectNamespace<RenderGate>;
  for (let tries = 1; ; tries++) {
    try {
      return await gates.get(gates.idFromName(order.name)).render(order);
    } catch (cause) {
      if (isOverloaded(cause)) throw new OriginBusyError(1);
      if (tries === MOST_TRIES) throw new OriginError('the edge was interrupted', { cause });
    }
  }
}

/** As Durable Objects mark the errors of requests that they have no room for. */
function isOverloaded(error: unknown): boolean {
  return typeof error === 'object' && error !== null && 'overloaded' in error && error.overloaded === true;
}
