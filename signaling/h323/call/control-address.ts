import { BlockList, isIP, isIPv6 } from 'node:net';
import type { TransportAddress } from '#codecs/media/description.ts';

/** Where only neighbours are: this machine, and one cable. */
const NEAR = [
  listOf([
    ['127.0.0.0', 8],
    ['::1', 128],
  ]),
  listOf([
    ['169.254.0.0', 16],
    ['fe80::', 10],
  ]),
];
/** Nobody's place: unspecified, multicast and reserved addresses. */
const NOWHERE = listOf([
  ['0.0.0.0', 8],
  ['224.0.0.0', 3],
  ['::', 128],
  ['ff00::', 8],
]);

/**
 * Whether we connect to where a room at `remote` says that it takes H.245, or that a call of ours shall go. A room behind a gatekeeper may take it elsewhere; but
 * a stranger has us reach neither this machine nor its neighbours, unless it is there itself. Some rooms name a port or an address of
 * zeros, and mean none.
 */
export function mayConnectTo({ address, port }: TransportAddress, remote: string): boolean {
  return (
    port > 0 &&
    !isIn(NOWHERE, address) &&
    NEAR.every((list) => !isIn(list, address) || isIn(list, remote.replace(/%.*$/, '')))
  );
}

function isIn(list: BlockList, address: string): boolean {
  return isIP(address) !== 0 && list.check(address, isIPv6(address) ? 'ipv6' : 'ipv4');
}

function listOf(networks: readonly (readonly [network: string, prefix: number])[]): BlockList {
  const list = new BlockList();
  for (const [network, prefix] of networks) {
    list.addSubnet(network, prefix, isIPv6(network) ? 'ipv6' : 'ipv4');
  }
  return list;
}
