/**
 * Runs asynchronous calls on one native object strictly one after the other and frees it only when none is under way.
 * node-av crashes the process when two sends run at once on a context, or when one is freed in the middle of a send.
 */
export class SerialCalls {
  readonly #free: () => void;
  #tail: Promise<unknown> = Promise.resolve();
  #pending = 0;
  #closed = false;

  /** `free` releases the native object; it is called once. */
  constructor(free: () => void) {
    this.#free = free;
  }

  /** Calls waiting or under way. */
  get pending(): number {
    return this.#pending;
  }

  /** True after `close`; later calls of `run` resolve to undefined without running. */
  get closed(): boolean {
    return this.#closed;
  }

  /** Runs `call` after all earlier ones; a call that comes after `close` is not run. */
  run<T>(call: () => Promise<T>): Promise<T | undefined> {
    this.#pending += 1;
    const result = this.#tail.then(() => (this.#closed ? undefined : call()));
    this.#tail = result.then(
      () => this.#finish(),
      () => this.#finish(),
    );
    return result;
  }

  /** Frees the object once the call under way has ended; resolves then. Waiting calls are skipped. */
  async close(): Promise<void> {
    if (this.#closed) {
      await this.#tail;
      return;
    }
    this.#closed = true;
    await this.#tail;
    this.#free();
  }

  #finish(): void {
    this.#pending -= 1;
  }
}
