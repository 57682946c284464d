// Sends broken SIP messages: started with an IPC channel, over which it is told what to send and tells what it has sent. In
// between it answers BYE, as a room does whose call came to be by chance.
import { createSocket } from 'node:dgram';
import { setTimeout as sleep, setImmediate as turn } from 'node:timers/promises';
import { mutate, seededRandom } from '#signaling/sip/edge/mutation.ts';
import { answerOfBye } from './answer-bye.ts';
import { BrokenStreams } from './broken-streams.ts';
import { type FloodOrder, type FloodReport, floodOrder } from './flood-protocol.ts';
import { ReadReceipts } from './read-receipts.ts';
import { renewed } from './renewed.ts';
import { seedMessages } from './seed-messages.ts';

/** ms between two looks at how far the service has read. */
const BEAT = 2;
/** Messages sent in a row, and rows that the service may not have read yet: they must find place in its receive buffer. */
const ROW = 20;
const ROWS = 2;
/** Longest datagram that is sent, bytes. */
const LONGEST = 60_000;

const socket = createSocket('udp4');
const receipts = new ReadReceipts(ROWS);
let answers = 0;
let isOpen = false;
socket.on('message', (message, { address, port }) => {
  answers += 1;
  receipts.came(message);
  const answer = answerOfBye(message);
  if (answer !== undefined) {
    socket.send(answer, port, address);
  }
});

async function flood(order: FloodOrder): Promise<FloodReport> {
  const { from, to, rate, datagrams } = order;
  if (!isOpen) {
    await new Promise<void>((resolve) => socket.bind(from.port, from.address, resolve));
    isOpen = true;
  }
  const random = seededRandom(order.seed);
  const seeds = seedMessages(order).filter((seed) => order.enters || !seed.includes('INVITE sip:2002@'));
  let made = 0;
  const next = (): Buffer => {
    made += 1;
    const seed = seeds[Math.floor(random() * seeds.length)] ?? Buffer.alloc(0);
    return mutate(renewed(seed, `${order.seed.toString(36)}${made.toString(36)}`), random, seeds);
  };
  const begin = performance.now();
  const streams = new BrokenStreams(to, next, random);
  let sent = 0;
  while (sent < datagrams) {
    const now = performance.now();
    const due = Math.min(datagrams, ((now - begin) * rate) / 1000);
    if ((sent + ROW <= due || due === datagrams) && receipts.isReady(now)) {
      for (const end = Math.min(datagrams, sent + ROW); sent < end; sent++) {
        socket.send(next().subarray(0, LONGEST), to.port, to.address);
      }
      socket.send(
        receipts.request(`${from.address}:${from.port}`, `${to.address}:${to.port}`, now),
        to.port,
        to.address,
      );
      streams.openUpTo((sent / datagrams) * order.connections);
      await turn();
    } else {
      await sleep(BEAT);
    }
  }
  await streams.closed();
  return { datagrams: sent, streamed: streams.messages, answers, elapsed: performance.now() - begin };
}

process.on('message', (message) => {
  flood(floodOrder.parse(message)).then(
    (report) => process.send?.(report),
    (error: unknown) => {
      console.error(error);
      process.exit(1);
    },
  );
});
process.on('disconnect', () => process.exit());
