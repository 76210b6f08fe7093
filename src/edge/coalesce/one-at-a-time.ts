/** Work that is done once however many ask for it at the same time: who comes while it is being done gets its outcome. */
export class OneAtATime<T> {
  #running: Promise<T> | undefined;

  run(work: () => Promise<T>): Promise<T> {
    this.#running ??= work().finally(() => {
      this.#running = undefined;
    });
    return this.#running;
  }
}
