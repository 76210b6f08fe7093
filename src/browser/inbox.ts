/** Messages that wait for a reader, or a reader that waits for messages. */
export class Inbox<Message> {
  readonly #messages: Message[] = [];
  #failure: { readonly reason: unknown } | undefined;
  #wake: (() => void) | undefined;

  put(message: Message): void {
    this.#messages.push(message);
    this.#wake?.();
  }

  /** Every `take` from now on throws this; what has not been taken is dropped. */
  fail(reason: unknown): void {
    this.#failure = { reason };
    this.#messages.length = 0;
    this.#wake?.();
  }

  async take(): Promise<Message> {
    for (;;) {
      if (this.#failure !== undefined) throw this.#failure.reason;
      const message = this.#messages.shift();
      if (message !== undefined) return message;
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
  }
}
