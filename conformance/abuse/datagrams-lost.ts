import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

/** Fields of a line of /proc/net/udp, from 0: local address and port, and what found the receive buffer full (proc(5)). */
const LOCAL = 1;
const DROPS = 12;

/** Datagrams that the UDP sockets on a port of a network namespace could not take since they were opened. */
export async function datagramsLost(namespace: string, port: number): Promise<number> {
  const { stdout } = await promisify(execFile)('ip', [
    'netns',
    'exec',
    namespace,
    'cat',
    '/proc/net/udp',
    '/proc/net/udp6',
  ]);
  return droppedAt(stdout, port);
}

/** Reads the tables of /proc/net/udp. */
export function droppedAt(tables: string, port: number): number {
  const ending = `:${port.toString(16).toUpperCase().padStart(4, '0')}`;
  return tables
    .split('\n')
    .map((line) => line.trim().split(/\s+/))
    .filter((fields) => fields[LOCAL]?.endsWith(ending) === true)
    .reduce((sum, fields) => sum + Number(fields[DROPS] ?? 0), 0);
}
