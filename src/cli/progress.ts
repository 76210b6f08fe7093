/** A progress bar on a terminal; nothing in a pipe. */
export interface Progress {
  /** @param fraction 0…1 of the whole */
  update(fraction: number, stage: string): void;
  stop(): void;
}

export async function startProgress(title: string): Promise<Progress> {
  if (!process.stderr.isTTY) return { update: () => undefined, stop: () => undefined };
  const { default: cliProgress } = await import('cli-progress');
  const bar = new cliProgress.SingleBar(
    {
      format: `${title} {bar} {percentage} % {stage}`,
      stream: process.stderr,
      hideCursor: true,
      clearOnComplete: true,
    },
    cliProgress.Presets.shades_classic,
  );
  bar.start(100, 0, { stage: '' });
  return {
    update: (fraction, stage) => {
      bar.update(Math.round(fraction * 100), { stage });
    },
    stop: () => {
      bar.stop();
    },
  };
}
