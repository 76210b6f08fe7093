import type { ProblemDocument, ProblemInit } from '../../delivery/problem.ts';
import { problemDocument } from '../../delivery/problem.ts';
import type { Variant } from '../../delivery/variant.ts';
import type { Env } from '../env.ts';
import { changeJson, readJson, writeJson } from './json-object.ts';
import type { Labels } from './json-object.ts';

export type JobStatus = 'queued' | 'encoding' | 'done' | 'failed';

/** The record of a job; it is the only memory between one delivery of its message and the next. */
export interface Job {
  readonly id: string;
  readonly key: string;
  readonly generation: string;
  readonly variant: Variant;
  readonly status: JobStatus;
  /** 0…1. */
  readonly progress: number;
  /** How often encoding was begun. */
  readonly attempts: number;
  /** Why it failed. */
  readonly problem?: ProblemDocument;
  /** Why the last attempt failed, in words for the client. */
  readonly lastFault?: string;
  /** ISO 8601. */
  readonly createdAt: string;
}

export function jobName(id: string): string {
  return `jobs/${id}.json`;
}

export function newJob(init: Pick<Job, 'id' | 'key' | 'generation' | 'variant'>, now: Date): Job {
  return { ...init, status: 'queued', progress: 0, attempts: 0, createdAt: now.toISOString() };
}

/** Whether nothing more will happen to a job. */
export function isOver(job: Job): boolean {
  return job.status === 'done' || job.status === 'failed';
}

export async function readJob(env: Env, id: string): Promise<Job | null> {
  return (await readJson<Job>(env.MASTERS, jobName(id)))?.value ?? null;
}

/** Answers false if the job exists already. */
export async function createJob(env: Env, job: Job): Promise<boolean> {
  return (await writeJson(env.MASTERS, jobName(job.id), job, null, jobLabels(job))) !== null;
}

/** Begins a job again, whatever has become of it. */
export async function restartJob(env: Env, job: Job): Promise<void> {
  await changeJson<Job>(env.MASTERS, jobName(job.id), (before) => restarted(job, before), jobLabels);
}

/** Begins a job again if it is over; answers false if somebody else has done so. */
export async function reviveJob(env: Env, job: Job): Promise<boolean> {
  let revived = false;
  const revive = (before: Job | null): Job | undefined => {
    revived = before === null || isOver(before);
    return revived ? restarted(job, before) : undefined;
  };
  await changeJson<Job>(env.MASTERS, jobName(job.id), revive, jobLabels);
  return revived;
}

function restarted(job: Job, before: Job | null): Job {
  return { ...job, attempts: before?.attempts ?? 0 };
}

/** Those that are over can be told from the others in a listing, without being read. */
export function jobLabels(job: Job): Labels {
  return isOver(job) ? { over: '1' } : {};
}

/** Changes a job that is not over; answers it as it now is. */
export async function updateJob(
  env: Env,
  id: string,
  change: (job: Job) => Partial<Job>,
): Promise<Job | null> {
  const { after } = await changeJson<Job>(
    env.MASTERS,
    jobName(id),
    (job) => (job === null || isOver(job) ? undefined : { ...job, ...change(job) }),
    jobLabels,
  );
  return after?.value ?? null;
}

export async function failJob(env: Env, id: string, problem: ProblemInit): Promise<void> {
  await updateJob(env, id, () => ({ status: 'failed', problem: problemDocument(problem) }));
}

/** The end of a job whose picture was uploaded anew or deleted before it was done. */
export const SUPERSEDED: ProblemInit = {
  status: 409,
  code: 'superseded',
  title: 'Superseded',
  detail: 'The picture was uploaded again or deleted before this job was done.',
};
