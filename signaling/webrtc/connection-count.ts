import { sourceKey } from '../network/source-key.ts';

/** Bounds the connections in all and for each address. */
export class ConnectionCount {
  readonly #limit: number;
  readonly #limitPerAddress: number;
  readonly #byGroup = new Map<string, number>();
  #total = 0;

  constructor(limit: number, limitPerAddress: number) {
    this.#limit = limit;
    this.#limitPerAddress = limitPerAddress;
  }

  get total(): number {
    return this.#total;
  }

  /** Counts one more; where a bound is reached, tells which, and counts nothing. */
  enter(address: string): 'entered' | 'full' | 'full-for-address' {
    if (this.#total >= this.#limit) return 'full';
    const group = sourceKey(address);
    const count = this.#byGroup.get(group) ?? 0;
    if (count >= this.#limitPerAddress) return 'full-for-address';
    this.#byGroup.set(group, count + 1);
    this.#total += 1;
    return 'entered';
  }

  /** One that entered goes; call it once for each. */
  leave(address: string): void {
    const group = sourceKey(address);
    const count = this.#byGroup.get(group);
    if (count === undefined) return;
    if (count > 1) this.#byGroup.set(group, count - 1);
    else this.#byGroup.delete(group);
    this.#total -= 1;
  }
}
