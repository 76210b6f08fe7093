import { MultiBar, Presets } from 'cli-progress';
import { setTimeout as delay } from 'node:timers/promises';
import { readSample, SAMPLES, type Sample } from './samples.ts';

interface Job {
  status: 'queued' | 'encoding' | 'done' | 'failed';
  progress?: number;
  problem?: { title?: string; detail?: string };
}

/**
 * Sends the sample pictures through the upload hook, as anybody would, and waits until each is encoded. Pictures that
 * an earlier run left there are not sent again. Throws when a job fails.
 */
export async function uploadSamples(edge: string, token: string, log: (line: string) => void): Promise<void> {
  // None in a pipe: there even an unused one prints empty lines.
  const bars = process.stderr.isTTY
    ? new MultiBar(
        { format: '  {title} {bar} {status}', hideCursor: true, clearOnComplete: false },
        Presets.shades_classic,
      )
    : null;
  const width = Math.max(...SAMPLES.map((sample) => sample.title.length));
  try {
    await Promise.all(
      SAMPLES.map(async (sample) => {
        const bar = bars?.create(100, 0, { title: sample.title.padEnd(width), status: 'uploading' });
        const status = await uploadSample(edge, token, sample, (percent, text) =>
          bar?.update(percent, { status: text }),
        );
        if (bars === null) log(`${sample.title}: ${status}`);
      }),
    );
  } finally {
    bars?.stop();
  }
}

async function uploadSample(
  edge: string,
  token: string,
  sample: Sample,
  report: (percent: number, status: string) => void,
): Promise<string> {
  const known = await fetch(`${edge}/images/${sample.key}?hdr=1`, { method: 'HEAD' });
  if (known.ok && !(known.headers.get('afterglow') ?? '').includes('pending')) {
    report(100, 'already there');
    return 'already there';
  }
  const response = await fetch(`${edge}/images/${sample.key}`, {
    method: 'PUT',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'image/x-exr' },
    body: await readSample(sample),
  });
  const location = response.headers.get('location');
  if (response.status !== 202 || location === null) {
    throw new Error(`Uploading ${sample.title} failed: ${response.status} ${await response.text()}`);
  }
  await response.body?.cancel();
  for (;;) {
    const job = (await (await fetch(new URL(location, edge))).json()) as Job;
    report(Math.round(100 * (job.progress ?? 0)), job.status);
    if (job.status === 'done') {
      report(100, 'done');
      return 'done';
    }
    if (job.status === 'failed') {
      throw new Error(
        `Encoding ${sample.title} failed: ${job.problem?.detail ?? job.problem?.title ?? 'no reason given'}`,
      );
    }
    await delay(250);
  }
}
