import { BEAT_INTERVAL, type GatewayMessage, supervisorMessageSchema } from './messages.ts';

/** What the gateway does at its supervisor's word. */
export interface SupervisorLinkOptions {
  /** Stop as the configuration says. */
  readonly stop: (why: string) => void;
  /** End the calls now: asked again, or there is no supervisor any more. */
  readonly end: (why: string) => void;
}

/** The gateway's end of the channel to its supervisor. Without one, it does nothing. */
export class SupervisorLink {
  readonly #beating: NodeJS.Timeout | undefined;

  constructor({ stop, end }: SupervisorLinkOptions) {
    if (process.send === undefined) {
      return;
    }
    this.#tell({ type: 'beat' });
    this.#beating = setInterval(() => this.#tell({ type: 'beat' }), BEAT_INTERVAL);
    process.on('message', (message) => {
      const read = supervisorMessageSchema.safeParse(message);
      if (read.success) {
        (read.data.type === 'stop' ? stop : end)('supervisor');
      }
    });
    process.once('disconnect', () => {
      clearInterval(this.#beating);
      end('no-supervisor');
    });
  }

  /** The service takes calls. */
  ready(): void {
    this.#tell({ type: 'ready' });
  }

  /** Calls are being ended. */
  ending(): void {
    this.#tell({ type: 'ending' });
  }

  #tell(message: GatewayMessage): void {
    if (process.connected) {
      process.send?.(message, undefined, undefined, () => undefined);
    }
  }
}
