import { isIPv6 } from 'node:net';

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
    const group = addressGroup(address);
    const count = this.#byGroup.get(group) ?? 0;
    if (count >= this.#limitPerAddress) return 'full-for-address';
    this.#byGroup.set(group, count + 1);
    this.#total += 1;
    return 'entered';
  }

  /** One that entered goes; call it once for each. */
  leave(address: string): void {
    const group = addressGroup(address);
    const count = this.#byGroup.get(group);
    if (count === undefined) return;
    if (count > 1) this.#byGroup.set(group, count - 1);
    else this.#byGroup.delete(group);
    this.#total -= 1;
  }
}

/**
 * Addresses that one subscriber may have at will count as one: an IPv6 /64 (RFC 6177 §2). An IPv4 address that is
 * mapped into IPv6 (RFC 4291 §2.5.5.2) is that IPv4 address.
 */
export function addressGroup(address: string): string {
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address)?.[1];
  if (mapped !== undefined) return mapped;
  if (!isIPv6(address)) return address;
  const [plain = ''] = address.split('%');
  const [head = '', tail] = plain.split('::');
  const left = head === '' ? [] : head.split(':');
  const right = tail === undefined || tail === '' ? [] : tail.split(':');
  const zeros = tail === undefined ? 0 : Math.max(0, 8 - left.length - right.length);
  const groups = [...left, ...Array.from({ length: zeros }, () => '0'), ...right];
  return groups
    .slice(0, 4)
    .map((group) => Number.parseInt(group, 16).toString(16))
    .join(':');
}
