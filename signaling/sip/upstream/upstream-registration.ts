import type { Clock, Timer } from '../edge/clock.ts';
import type { OutgoingRegister, ReceivedAnswer, RegistrationClient } from './registration-client.ts';
import { refreshDelay, retryDelay } from './registration-schedule.ts';

/** A received answer and where it came from. */
export interface UpstreamAnswer extends ReceivedAnswer {
  readonly address: string;
}

/** One registration, and by which way and clock it is kept. */
export interface UpstreamRegistrationOptions {
  readonly client: RegistrationClient;
  /** Sends a REGISTER; resolves to its final answer, rejects where it cannot be sent. */
  readonly send: (request: OutgoingRegister) => Promise<UpstreamAnswer>;
  readonly clock: Clock;
  /** 0 to 1. */
  readonly chance: () => number;
  /** The state changed; `status` of the answer that made it so, 0 where there was none. */
  readonly changed: (state: UpstreamStateName, status: number) => void;
}

/** `trying` before the first answer. */
export type UpstreamStateName = 'trying' | 'registered' | 'failed' | 'removed';

/** Keeps one registration at an upstream registrar alive. */
export class UpstreamRegistration {
  readonly #options: UpstreamRegistrationOptions;
  #state: UpstreamStateName = 'trying';
  /** Where the registrar answered from while we are registered. */
  #address: string | undefined;
  #failures = 0;
  #timer: Timer | undefined;
  #busy: Promise<void> = Promise.resolve();
  #closed = false;

  constructor(options: UpstreamRegistrationOptions) {
    this.#options = options;
  }

  get state(): UpstreamStateName {
    return this.#state;
  }

  /** Address that the registrar answered from; undefined while we are not registered. */
  get address(): string | undefined {
    return this.#state === 'registered' ? this.#address : undefined;
  }

  start(): void {
    this.#busy = this.#refresh();
  }

  /** Takes the registration away where there is one; resolves when the registrar has answered. */
  async close(): Promise<void> {
    this.#closed = true;
    this.#timer?.cancel();
    await this.#busy;
    this.#timer?.cancel();
    if (this.#state === 'registered') {
      await this.#exchange(this.#options.client.unregister());
    }
  }

  async #refresh(): Promise<void> {
    await this.#exchange(this.#options.client.register());
  }

  /** Sends and sends again until there is nothing more to say. Never rejects. */
  async #exchange(first: OutgoingRegister): Promise<void> {
    const { client, send } = this.#options;
    let request = first;
    for (;;) {
      let answer: UpstreamAnswer;
      try {
        answer = await send(request);
      } catch {
        this.#failed(0, undefined);
        return;
      }
      const after = client.answered(answer);
      if (after.next === 'send') {
        request = after.request;
        continue;
      }
      if (after.next === 'retry') this.#failed(after.status, after.retryAfter);
      else this.#rest(after.expires, answer);
      return;
    }
  }

  #rest(expires: number, { status, address }: UpstreamAnswer): void {
    this.#failures = 0;
    this.#address = address;
    this.#become(expires === 0 ? 'removed' : 'registered', status);
    this.#again(refreshDelay(expires));
  }

  #failed(status: number, retryAfter: number | undefined): void {
    this.#failures += 1;
    this.#become('failed', status);
    this.#again(retryDelay(this.#failures, retryAfter, this.#options.chance()));
  }

  #again(delay: number): void {
    if (this.#closed) return;
    this.#timer = this.#options.clock.after(delay, () => {
      this.#busy = this.#refresh();
    });
  }

  #become(state: UpstreamStateName, status: number): void {
    if (state === this.#state) return;
    this.#state = state;
    this.#options.changed(state, status);
  }
}
