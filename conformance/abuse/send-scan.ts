// Scans: sends SIP requests as scanners do, at a steady rate. Started with an IPC channel, over which it is told what to send
// and tells what it has sent.
import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { scanMessage } from './scan-message.ts';
import { type ScanOrder, type ScanReport, scanOrder } from './scan-protocol.ts';

/** ms between two rows of requests. */
const BEAT = 5;
/** ms in which the last answers come. */
const LAST = 500;

async function scan({ from, to, rate, seconds, seed }: ScanOrder): Promise<ScanReport> {
  const answers: Record<string, number> = {};
  const scanners: { socket: Socket; address: string; port: number; userAgent: string; user: string | undefined }[] = [];
  for (const { address, userAgent, user } of from) {
    const socket = createSocket('udp4');
    socket.bind(0, address);
    await once(socket, 'listening');
    answers[address] = 0;
    socket.on('message', () => {
      answers[address] = (answers[address] ?? 0) + 1;
    });
    scanners.push({ socket, address, port: socket.address().port, userAgent, user });
  }
  const begin = performance.now();
  let sent = 0;
  while (sent < rate * seconds) {
    const due = Math.min(rate * seconds, ((performance.now() - begin) * rate) / 1000);
    for (; sent < due; sent++) {
      const scanner = scanners[sent % scanners.length];
      if (scanner === undefined) break;
      // Each address tries all methods: the number of the request goes on from address to address.
      const number = seed + Math.floor(sent / scanners.length);
      const { userAgent, user } = scanner;
      scanner.socket.send(scanMessage({ number, from: scanner, to, userAgent, user }), to.port, to.address);
    }
    await sleep(BEAT);
  }
  const elapsed = performance.now() - begin;
  await sleep(LAST);
  for (const { socket } of scanners) socket.close();
  return { sent, answers, elapsed };
}

process.on('message', (message) => {
  scan(scanOrder.parse(message)).then(
    (report) => process.send?.(report),
    (error: unknown) => {
      console.error(error);
      process.exit(1);
    },
  );
});
process.on('disconnect', () => process.exit());
