import { Session, type Profiler } from 'node:inspector';

/**
 * Which branches of the readers have run, by V8's own block coverage: what libFuzzer's Node port would tell, without native code.
 * A branch that ran twice, four times, … as often as ever before counts as new, as AFL has it.
 */
export class Coverage {
  private readonly session = new Session();
  private readonly seen = new Map<string, number>();
  private readonly within: RegExp;

  /** @param within of the URLs of the scripts that count */
  constructor(within: RegExp) {
    this.within = within;
    this.session.connect();
    this.session.post('Profiler.enable');
    this.session.post('Profiler.startPreciseCoverage', { callCount: true, detailed: true });
  }

  get branches(): number {
    return this.seen.size;
  }

  /** Whether anything new has run since the last call. */
  takeNew(): boolean {
    let fresh = false;
    for (const { url, functions } of this.take()) {
      if (!this.within.test(url)) continue;
      for (const { ranges } of functions)
        for (const { startOffset, endOffset, count } of ranges) {
          if (count === 0) continue;
          const branch = `${url}:${startOffset}-${endOffset}`;
          const times = Math.floor(Math.log2(count));
          if (times <= (this.seen.get(branch) ?? -1)) continue;
          this.seen.set(branch, times);
          fresh = true;
        }
    }
    return fresh;
  }

  stop(): void {
    this.session.post('Profiler.stopPreciseCoverage');
    this.session.disconnect();
  }

  /** The session of one's own thread answers before `post` returns. */
  private take(): readonly Profiler.ScriptCoverage[] {
    let result: readonly Profiler.ScriptCoverage[] = [];
    this.session.post('Profiler.takePreciseCoverage', (error, answer) => {
      if (error) throw error;
      result = answer.result;
    });
    return result;
  }
}
