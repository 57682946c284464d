import { BlockList, isIP } from 'node:net';

/** An address, or a network by its prefix length. */
interface Network {
  readonly address: string;
  readonly family: 'ipv4' | 'ipv6';
  readonly prefix: number;
}

/** Reads `192.0.2.1`, `192.0.2.0/24` or `2001:db8::/32`; undefined where it is neither address nor network. */
export function readNetwork(text: string): Network | undefined {
  const [address = '', length, ...more] = text.split('/');
  const version = isIP(address);
  const longest = version === 4 ? 32 : 128;
  if (version === 0 || more.length > 0 || address.includes('%')) return undefined;
  if (length !== undefined && !/^\d{1,3}$/.test(length)) return undefined;
  const prefix = length === undefined ? longest : Number(length);
  return prefix > longest ? undefined : { address, family: version === 4 ? 'ipv4' : 'ipv6', prefix };
}

/** A set of addresses and networks. */
export class Networks {
  readonly #list = new BlockList();
  readonly #isEmpty: boolean;

  /** @throws RangeError at a text that is no network */
  constructor(networks: readonly string[]) {
    this.#isEmpty = networks.length === 0;
    for (const text of networks) {
      const network = readNetwork(text);
      if (network === undefined) throw new RangeError(`${text} is no network`);
      this.#list.addSubnet(network.address, network.prefix, network.family);
    }
  }

  /** Whether an address (IPv4 or IPv6 literal, with or without zone) is in one of them. */
  has(address: string): boolean {
    if (this.#isEmpty) return false;
    const [plain = ''] = address.split('%');
    const version = isIP(plain);
    return version !== 0 && this.#list.check(plain, version === 4 ? 'ipv4' : 'ipv6');
  }
}
