import { isIPv4, isIPv6 } from 'node:net';
import type { TransportAddress } from '#codecs/media/description.ts';
import type { H245 } from '../h245/types.ts';

/** Where a party's medium goes to, as H.245 says it; undefined where it is no unicast IP address. */
export function readTransportAddress(address: H245<'TransportAddress'> | undefined): TransportAddress | undefined {
  if (address?.type !== 'unicastAddress') {
    return undefined;
  }
  if (address.value.type === 'iPAddress') {
    const { network, tsapIdentifier } = address.value.value;
    return { address: network.join('.'), port: tsapIdentifier };
  }
  if (address.value.type === 'iP6Address') {
    const { network, tsapIdentifier } = address.value.value;
    return { address: textOfIpv6(network), port: tsapIdentifier };
  }
  return undefined;
}

/** An address of ours in H.245's spelling. Throws RangeError where it is no IP address. */
export function writeTransportAddress({ address, port }: TransportAddress): H245<'TransportAddress'> {
  if (isIPv4(address)) {
    const network = Uint8Array.from(address.split('.').map(Number));
    return { type: 'unicastAddress', value: { type: 'iPAddress', value: { network, tsapIdentifier: port } } };
  }
  if (isIPv6(address)) {
    const network = octetsOfIpv6(address);
    return { type: 'unicastAddress', value: { type: 'iP6Address', value: { network, tsapIdentifier: port } } };
  }
  throw new RangeError(`${address} is no IP address`);
}

function textOfIpv6(network: Uint8Array): string {
  const groups = Array.from({ length: 8 }, (_, index) =>
    (((network[2 * index] ?? 0) << 8) | (network[2 * index + 1] ?? 0)).toString(16),
  );
  // The URL parser writes addresses in their canonical form (RFC 5952).
  return new URL(`http://[${groups.join(':')}]`).hostname.slice(1, -1);
}

function octetsOfIpv6(address: string): Uint8Array {
  const canonical = new URL(`http://[${address.replace(/%.*$/, '')}]`).hostname.slice(1, -1);
  const [front = '', back] = canonical.split('::');
  const groups = (text: string) => (text === '' ? [] : text.split(':'));
  const [first, last] = [groups(front), groups(back ?? '')];
  const zeros = Array.from({ length: 8 - first.length - last.length }, () => '0');
  return Uint8Array.from(
    [...first, ...(back === undefined ? [] : zeros), ...last].flatMap((group) => {
      const value = Number.parseInt(group, 16);
      return [value >> 8, value & 0xff];
    }),
  );
}
