// Sends broken media packets: started with an IPC channel, over which it is told what to send and tells what it has sent and
// what came back.
import { createSocket, type Socket } from 'node:dgram';
import { setTimeout as sleep } from 'node:timers/promises';
import { seededRandom } from '#signaling/sip/edge/mutation.ts';
import { damageMedia } from './damage-media.ts';
import { type MediaFloodOrder, type MediaFloodReport, mediaFloodOrder } from './media-flood-protocol.ts';
import { mediaSeeds } from './media-seeds.ts';

/** ms between two rows of datagrams. */
const BEAT = 4;
/** One in so many goes to the browsers' port. */
const WEB_SHARE = 5;
/** ms that answers are waited for at the end. */
const LATE = 300;

async function openSocket(address: string): Promise<Socket> {
  const socket = createSocket('udp4');
  await new Promise<void>((resolve) => socket.bind(0, address, resolve));
  // What nobody takes may come back as an error.
  socket.on('error', () => undefined);
  return socket;
}

async function flood(order: MediaFloodOrder): Promise<MediaFloodReport> {
  const random = seededRandom(order.seed);
  const seeds = mediaSeeds(order.sources);
  const sockets = await Promise.all(order.from.map(openSocket));
  const report = { toRooms: 0, toWeb: 0, fromRooms: 0, fromWeb: 0 };
  for (const socket of sockets) {
    socket.on('message', (_, { port }) => {
      report[port === order.webPort ? 'fromWeb' : 'fromRooms'] += 1;
    });
  }
  const pick = <T>(from: readonly T[], otherwise: T): T => from[Math.floor(random() * from.length)] ?? otherwise;
  const begin = performance.now();
  const sendOne = (count: number): void => {
    const [first] = sockets;
    const socket = sockets[count % sockets.length] ?? first;
    const isWeb = count % WEB_SHARE === 0;
    const isControl = random() < 0.3;
    const from = isWeb ? seeds.web : isControl ? seeds.rtcp : seeds.rtp;
    const datagram = damageMedia(pick(from, Buffer.alloc(0)), random, from);
    // Some come to the wrong one of two ports.
    const port = isWeb ? order.webPort : pick(order.ports, 9) + (isControl !== random() < 0.2 ? 1 : 0);
    report[isWeb ? 'toWeb' : 'toRooms'] += 1;
    socket?.send(datagram, port, order.to, () => undefined);
  };
  for (let sent = 0; sent < order.datagrams; ) {
    const due = Math.min(order.datagrams, Math.floor(((performance.now() - begin) * order.rate) / 1000));
    for (; sent < due; sent++) {
      sendOne(sent);
    }
    await sleep(BEAT);
  }
  const elapsed = performance.now() - begin;
  await sleep(LATE);
  for (const socket of sockets) {
    socket.close();
  }
  return { ...report, elapsed };
}

process.on('message', (message) => {
  flood(mediaFloodOrder.parse(message)).then(
    (report) => process.send?.(report),
    (error: unknown) => {
      console.error(error);
      process.exit(1);
    },
  );
});
process.on('disconnect', () => process.exit());
