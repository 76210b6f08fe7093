import { spawn, type ChildProcessByStdio } from 'node:child_process';
import { access, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable, Writable } from 'node:stream';
import type { HdrPicture } from '../codec/picture.ts';
import { write } from '../formats/index.ts';
import { DISPLAY_BLACK, DISPLAY_PEAK } from '../metrics/index.ts';
import { BenchError } from './errors.ts';
import { HDR_VDP_DRIVER } from './hdr-vdp-driver.ts';
import { findProgram } from './program.ts';

const PIXELS_PER_DEGREE = 30;

/**
 * HDR-VDP-2 (Narwaria, Mantiuk, Perreira Da Silva and Le Callet, "HDR-VDP-2.2", J. Electronic Imaging 2015) in an Octave
 * process of its own. Its sources are not ours to ship: `HDRVDP_HOME` names the folder of release 2.2.1.
 */
export class HdrVdp {
  readonly #process: ChildProcessByStdio<Writable, Readable, null>;
  readonly #answers: AsyncIterator<string>;
  readonly #folder: string;
  #reference: HdrPicture | null = null;
  #references = 0;

  private constructor(octave: string, folder: string) {
    this.#folder = folder;
    // One thread: several take longer for pictures of this size.
    const env = { ...process.env, OMP_NUM_THREADS: '1', OPENBLAS_NUM_THREADS: '1' };
    this.#process = spawn(octave, ['-q', join(folder, 'driver.m')], {
      env,
      stdio: ['pipe', 'pipe', 'ignore'],
    });
    // A process that has gone says so by the end of its answers.
    this.#process.on('error', () => undefined);
    this.#process.stdin.on('error', () => undefined);
    this.#answers = createInterface({ input: this.#process.stdout })[Symbol.asyncIterator]();
  }

  /** Null where there is no `octave-cli` on the PATH or `HDRVDP_HOME` has no hdrvdp.m. */
  static async start(): Promise<HdrVdp | null> {
    const octave = await findProgram('octave-cli');
    const home = process.env.HDRVDP_HOME ?? '';
    if (octave === null || home === '') return null;
    try {
      await access(join(home, 'hdrvdp.m'));
    } catch {
      return null;
    }
    const folder = await mkdtemp(join(tmpdir(), 'afterglow-hdrvdp-'));
    await writeFile(join(folder, 'driver.m'), HDR_VDP_DRIVER);
    return new HdrVdp(octave, folder);
  }

  /**
   * The quality correlate Q, 100 for the same picture, at 30 pixels per degree. Pictures are linear BT.709 in cd/m².
   *
   * @throws BenchError `hdrvdp_failed`
   */
  async score(reference: HdrPicture, test: HdrPicture): Promise<number> {
    if (this.#reference !== reference) {
      this.#reference = reference;
      this.#references++;
      await this.#write(this.#referenceFile, reference);
    }
    const file = join(this.#folder, 'test.pfm');
    await this.#write(file, test);
    // The empty line: Octave's fgetl waits for the first character past the line's end.
    this.#process.stdin.write(`${this.#referenceFile}\t${file}\t${PIXELS_PER_DEGREE}\n\n`);
    const answer = await this.#answers.next();
    const [kind, value] = answer.done === true ? ['error', 'Octave has ended'] : answer.value.split('\t');
    if (kind !== 'Q') throw new BenchError('hdrvdp_failed', `HDR-VDP failed: ${value ?? kind ?? ''}`);
    return Number(value);
  }

  async close(): Promise<void> {
    this.#process.stdin.end();
    this.#process.kill();
    await rm(this.#folder, { recursive: true, force: true });
  }

  get #referenceFile(): string {
    return join(this.#folder, `reference-${this.#references}.pfm`);
  }

  async #write(path: string, picture: HdrPicture): Promise<void> {
    const data = picture.data.map((v) => (v > DISPLAY_BLACK ? Math.min(v, DISPLAY_PEAK) : DISPLAY_BLACK));
    await writeFile(path, await write({ ...picture, data }, 'pfm'));
  }
}
