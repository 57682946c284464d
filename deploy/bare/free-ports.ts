import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { createServer } from 'node:net';

/** Where ports are looked for: below Linux's ephemeral range and clear of the service's defaults. */
const FROM = 11_000;
const TO = 19_000;

/**
 * Finds runs of neighbouring ports that are free on the loopback address, over UDP and TCP.
 *
 * @param lengths how long each run has to be
 * @param random gives numbers from 0 to below 1
 * @returns the first port of each run; runs do not overlap
 * @throws {Error} when there are not so many
 */
export async function freePorts(lengths: readonly number[], random: () => number = Math.random): Promise<number[]> {
  const found: number[] = [];
  let port = FROM + 2 * Math.floor((random() * (TO - FROM)) / 4);
  for (const length of lengths) {
    let begin = port;
    while (port < begin + length) {
      if (port > TO) throw new Error(`no ${length} neighbouring ports are free between ${FROM} and ${TO}`);
      if (!(await isFree(port))) begin = port + 1;
      port += 1;
    }
    found.push(begin);
  }
  return found;
}

async function isFree(port: number): Promise<boolean> {
  const udp = createSocket('udp4');
  const tcp = createServer();
  try {
    udp.bind({ port, address: '0.0.0.0', exclusive: true });
    await once(udp, 'listening');
    tcp.listen({ port, host: '0.0.0.0', exclusive: true });
    await once(tcp, 'listening');
    return true;
  } catch {
    return false;
  } finally {
    if (tcp.listening) tcp.close();
    udp.close();
  }
}
