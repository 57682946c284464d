import { EventEmitter } from 'node:events';
import type { Logger } from 'pino';
import type { Sfu, SfuLoss } from '#mcu/sfu/sfu.ts';
import { pauseAfterDeath, pauseAfterFailure, SHORT_LIFE } from './restart-pause.ts';

/** What the keeper needs of a media server. */
export interface KeptSfu extends Pick<Sfu, 'openRoom' | 'close' | 'processId'> {
  once(event: 'died', listener: (error: Error, loss: SfuLoss) => void): unknown;
}

interface SfuKeeperEvents {
  /** The media server is gone, and all that was in it. */
  lost: [loss: SfuLoss];
  /** Another one is there. */
  replaced: [];
}

/** How a lost media server is replaced. */
export interface SfuKeeperOptions {
  /** Starts a media server. */
  readonly start: () => Promise<KeptSfu>;
  readonly log: Pick<Logger, 'error' | 'warn' | 'info'>;
}

/** Sees to it that there is a media server for browsers: when one dies, another is started at once. */
export class SfuKeeper extends EventEmitter<SfuKeeperEvents> {
  readonly #options: SfuKeeperOptions;
  #current: KeptSfu | undefined;
  #startedAt = 0;
  #lostAt = 0;
  #shortLives = 0;
  #closed = false;
  #timer: NodeJS.Timeout | undefined;
  #starting: Promise<void> | undefined;

  constructor(options: SfuKeeperOptions) {
    super();
    this.#options = options;
  }

  /** The one that works; undefined between two. */
  get current(): KeptSfu | undefined {
    return this.#current;
  }

  /** Starts the first one. Rejects when it does not run. */
  async start(): Promise<void> {
    this.#take(await this.#options.start());
  }

  /** Ends it for good; resolves when it is gone. */
  async close(): Promise<void> {
    this.#closed = true;
    clearTimeout(this.#timer);
    await this.#starting;
    await this.#current?.close();
    this.#current = undefined;
  }

  #take(sfu: KeptSfu): void {
    this.#current = sfu;
    this.#startedAt = performance.now();
    this.#options.log.info({ event: 'sfu-started', pid: sfu.processId }, 'the media server of the browsers is there');
    sfu.once('died', (error, loss) => this.#onDied(error, loss));
  }

  #onDied(error: Error, loss: SfuLoss): void {
    this.#current = undefined;
    if (this.#closed) {
      return;
    }
    this.#lostAt = performance.now();
    this.#shortLives = this.#lostAt - this.#startedAt < SHORT_LIFE ? this.#shortLives + 1 : 0;
    this.#options.log.error({ event: 'sfu-died', loss, err: error }, 'the media server of the browsers is gone');
    this.emit('lost', loss);
    this.#try(pauseAfterDeath(this.#shortLives), 1);
  }

  #try(pause: number, attempt: number): void {
    this.#timer = setTimeout(() => {
      this.#starting = this.#replace(attempt);
    }, pause);
  }

  async #replace(attempt: number): Promise<void> {
    try {
      const sfu = await this.#options.start();
      if (this.#closed) {
        await sfu.close();
        return;
      }
      this.#take(sfu);
    } catch (error) {
      if (!this.#closed) {
        const pause = pauseAfterFailure(attempt);
        this.#options.log.error({ event: 'sfu-start-failed', attempt, pause, err: error }, 'no media server yet');
        this.#try(pause, attempt + 1);
      }
      return;
    }
    const ms = Math.round(performance.now() - this.#lostAt);
    this.#options.log.warn({ event: 'sfu-restarted', ms }, 'another media server took over');
    this.emit('replaced');
  }
}
