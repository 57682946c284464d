// Sends broken HTTP, TLS and WebSocket messages. Started with an IPC channel, over which it is told what to send and tells
// what it has sent.
import { connect as connectTcp, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { connect as connectTls } from 'node:tls';
import { type Random, seededRandom } from '#signaling/sip/edge/mutation.ts';
import { type WebFloodOrder, type WebFloodReport, webFloodOrder } from './web-flood-protocol.ts';
import { type BrokenExchange, brokenFrames, brokenRequests } from './web-messages.ts';

/** Connections open at a time: fewer than the service takes of one address. */
const AT_A_TIME = 100;
/** ms between two messages of a connection; of a slow one; that a connection may stay open after its last. */
const PAUSE = 5;
const SLOW = 1500;
const LINGER = 1000;
/** Shares of connections: half-open TLS and what is no TLS, plain HTTP to the operators' port, WebSockets; the rest is HTTPS. */
const SHARES = { half: 0.1, operator: 0.3, frames: 0.4 } as const;
/** How a password file begins. */
const LEAK = 'root:x:0:0';

/** Half a TLS handshake (RFC 8446 §4.1.2), cut somewhere, with bytes of chance behind it. */
function halfHandshake(random: Random): BrokenExchange {
  const hello = Buffer.from([
    0x16,
    3,
    1,
    2,
    0,
    1,
    0,
    1,
    0xfc,
    3,
    3,
    ...Array.from({ length: 200 }, () => random() * 256),
  ]);
  return { messages: [hello.subarray(0, Math.floor(random() * hello.length))], slow: random() < 0.3 };
}

async function flood(order: WebFloodOrder): Promise<WebFloodReport> {
  const { address: host, webPort, operatorPort } = order;
  const random = seededRandom(order.seed);
  const open = new Set<Promise<void>>();
  const report = { messages: 0, connections: 0, answered: 0, leaks: 0 };
  let session: Buffer | undefined;

  /** TLS on a connection; the session of the first one serves all, as a handshake costs both ends much. */
  const secure = (socket: Socket): Socket => {
    const secured = connectTls({ socket, rejectUnauthorized: false, ...(session === undefined ? {} : { session }) });
    secured.on('session', (given) => {
      session ??= given;
    });
    return secured;
  };
  const send = async (tcp: Socket, socket: Socket, { messages, slow }: BrokenExchange): Promise<void> => {
    let answer = '';
    for (const end of [tcp, socket]) end.on('error', () => undefined);
    socket.on('data', (chunk: Buffer) => {
      answer = `${answer}${chunk.toString('latin1')}`.slice(-5000);
      if (answer.includes(LEAK)) report.leaks += 1;
    });
    const gone = new Promise<void>((resolve) => tcp.once('close', () => resolve()));
    for (const message of messages) {
      if (socket.destroyed) break;
      socket.write(message);
      await Promise.race([gone, sleep(slow ? SLOW : PAUSE)]);
    }
    await Promise.race([gone, sleep(slow ? LINGER : 10 * PAUSE)]);
    if (answer !== '') report.answered += 1;
    if (random() < 0.5) tcp.destroy();
    else tcp.resetAndDestroy();
    socket.destroy();
    await gone;
  };
  const next = (): void => {
    const kind = random();
    const isHalf = kind < SHARES.half;
    const isOperator = !isHalf && kind < SHARES.half + SHARES.operator;
    const isFrames = !isHalf && !isOperator && kind < SHARES.half + SHARES.operator + SHARES.frames;
    const exchange = isHalf ? halfHandshake(random) : isFrames ? brokenFrames(random) : brokenRequests(random);
    report.connections += 1;
    // A handshake that is taken is no broken message.
    report.messages += exchange.messages.length - (isFrames ? 1 : 0);
    const tcp = connectTcp(isOperator ? operatorPort : webPort, host);
    const run = send(tcp, isHalf || isOperator ? tcp : secure(tcp), exchange).finally(() => open.delete(run));
    open.add(run);
  };

  const begin = performance.now();
  while (report.messages < order.messages) {
    const due = ((performance.now() - begin) * order.rate) / 1000;
    if (report.messages < due && open.size < AT_A_TIME) next();
    else await sleep(1);
  }
  await Promise.all(open);
  return { ...report, elapsed: performance.now() - begin };
}

process.on('message', (message) => {
  flood(webFloodOrder.parse(message)).then(
    (report) => process.send?.(report),
    (error: unknown) => {
      console.error(error);
      process.exit(1);
    },
  );
});
process.on('disconnect', () => process.exit());
