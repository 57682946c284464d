import type { TransportAddress } from '#codecs/media/description.ts';
import { readSignalAddress } from '../../call/transport-address.ts';
import type { H225 } from '../../h225/types.ts';

/** Alternates that are remembered. */
const MOST_ALTERNATES = 16;

/** Which gatekeeper to try: the configured ones, then the alternates that the last one named, by their priority. */
export class GatekeeperList {
  readonly #configured: readonly TransportAddress[];
  #alternates: readonly TransportAddress[] = [];
  #next = 0;

  constructor(configured: readonly TransportAddress[]) {
    this.#configured = configured;
  }

  /** What a gatekeeper says of others. */
  learn(alternates: readonly H225<'AlternateGK'>[] | undefined): void {
    if (alternates === undefined) {
      return;
    }
    this.#alternates = [...alternates]
      .sort((one, other) => one.priority - other.priority)
      .map(({ rasAddress }) => readSignalAddress(rasAddress))
      .filter((address) => address !== undefined)
      .slice(0, MOST_ALTERNATES);
  }

  /** The next to try in this round; undefined where all were tried. */
  take(): TransportAddress | undefined {
    const all = [...this.#configured, ...this.#alternates];
    const unlike = all.filter(
      ({ address, port }, index) =>
        all.findIndex((other) => other.address === address && other.port === port) === index,
    );
    const gatekeeper = unlike[this.#next];
    this.#next += 1;
    return gatekeeper;
  }

  /** A new round, from the first one or, where a gatekeeper was lost or sent us on, from its alternates. */
  restart(from: 'configured' | 'alternates'): void {
    this.#next = from === 'alternates' && this.#alternates.length > 0 ? this.#configured.length : 0;
  }
}
