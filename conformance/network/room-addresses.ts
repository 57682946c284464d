import { execFileSync } from 'node:child_process';
import { networkInterfaces } from 'node:os';
import { currentTestNetwork } from './test-network.ts';

/** Gives the rooms' side of the test network, where this process runs, more IPv4 addresses of its network (`198.18.0.HOST`). */
export function addRoomAddresses(hosts: readonly number[]): string[] {
  const { room } = currentTestNetwork();
  const [device] =
    Object.entries(networkInterfaces()).find(([, entries]) =>
      (entries ?? []).some(({ address }) => address === room.address),
    ) ?? [];
  if (device === undefined) {
    throw new Error('this process does not run on the rooms’ side of the test network');
  }
  return hosts.map((host) => {
    const address = room.address.replace(/\d+$/, String(host));
    execFileSync('ip', ['address', 'add', `${address}/24`, 'dev', device]);
    return address;
  });
}
