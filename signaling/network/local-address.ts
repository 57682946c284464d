import { createSocket } from 'node:dgram';
import { isIP, isIPv6 } from 'node:net';
import { plainAddress } from './plain-address.ts';

/**
 * The address of this machine from which packets to `remote` (an IP literal) leave. The kernel's routing table is asked by
 * connecting a UDP socket, which sends nothing. Rejects where no route leads there. An IPv4 address is never written as
 * an IPv4-mapped IPv6 one.
 */
export function localAddressTowards(remote: string): Promise<string> {
  if (isIP(remote) === 0) {
    return Promise.reject(new TypeError(`${remote} is not an IP address`));
  }
  return new Promise((resolve, reject) => {
    const socket = createSocket(isIPv6(remote) ? 'udp6' : 'udp4');
    socket.once('error', (error) => {
      socket.close();
      reject(error);
    });
    // Any port serves: nothing is sent.
    socket.connect(9, remote, () => {
      const { address } = socket.address();
      socket.close();
      resolve(plainAddress(address));
    });
  });
}
