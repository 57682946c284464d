import type { TransportAddress } from '#codecs/media/description.ts';
import type { H225 } from '../h225/types.ts';
import { readTransportAddress, writeTransportAddress } from '../media/transport-address.ts';

/** An address of call signalling, RAS or H.245 as H.225.0 says it; undefined where it is no IP address. */
export function readSignalAddress(address: H225<'TransportAddress'> | undefined): TransportAddress | undefined {
  switch (address?.type) {
    case 'ipAddress':
      return read('iPAddress', address.value.ip, address.value.port);
    case 'ip6Address':
      return read('iP6Address', address.value.ip, address.value.port);
    default:
      return undefined;
  }
}

/** An address of ours in H.225.0's spelling. Throws RangeError where it is no IP address. */
export function writeSignalAddress(address: TransportAddress): H225<'TransportAddress'> {
  const spelled = writeTransportAddress(address);
  if (spelled.type === 'unicastAddress' && spelled.value.type === 'iPAddress') {
    return { type: 'ipAddress', value: { ip: spelled.value.value.network, port: address.port } };
  }
  if (spelled.type === 'unicastAddress' && spelled.value.type === 'iP6Address') {
    return { type: 'ip6Address', value: { ip: spelled.value.value.network, port: address.port } };
  }
  throw new RangeError(`${address.address} is no IP address`);
}

function read(type: 'iPAddress' | 'iP6Address', network: Uint8Array, port: number): TransportAddress | undefined {
  return readTransportAddress({ type: 'unicastAddress', value: { type, value: { network, tsapIdentifier: port } } });
}
