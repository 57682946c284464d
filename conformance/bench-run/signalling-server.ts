// The signalling of the service alone, for benches: node --expose-gc signalling-server.ts OPTIONS, with an IPC channel to
// whoever started it. Answers every call with the same transport; nothing listens there.
import { randomBytes, randomInt } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { pino } from 'pino';
import { z } from 'zod';
import { defaultCapabilities } from '#codecs/media/local-capabilities.ts';
import { negotiate } from '#codecs/media/negotiate.ts';
import { localAddressTowards } from '#signaling/network/local-address.ts';
import type { InboundSipCall } from '#signaling/sip/application/inbound-sip-call.ts';
import { SipApplication } from '#signaling/sip/application/sip-application.ts';
import { createEdge } from '#signaling/sip/edge/edge.ts';
import { type SignallingState, signallingServerOptions } from './signalling-protocol.ts';

const LOOPBACK = '127.0.0.1';
const CAPABILITIES = defaultCapabilities({ videoBitRate: 2_000_000, maximumSize: '1080p' });

const { address, port } = signallingServerOptions.parse(JSON.parse(process.argv[2] ?? ''));
const log = pino({ level: 'warn', base: null });
const TRANSPORT = { audio: { address, port: 20_000 }, main: { address, port: 20_002 } };
let calls = 0;

function answer(call: InboundSipCall): void {
  const { offer } = call.invitation;
  const origin = { sessionId: String(randomInt(1, 2 ** 47)), version: '1' };
  const result = offer === undefined ? undefined : negotiate(offer, CAPABILITIES, TRANSPORT, { origin });
  if (result === undefined || 'failure' in result) {
    call.end('no-common-media');
    return;
  }
  calls += 1;
  call.on('ended', () => {
    calls -= 1;
  });
  call.invitation.complete(result.answer).catch((error: unknown) => log.warn({ err: error }, 'a call failed'));
}

const secret = randomBytes(16).toString('hex');
const edge = createEdge({
  listen: [
    { protocol: 'udp', address, port },
    { protocol: 'tcp', address, port },
  ],
  control: { address: LOOPBACK, port: 0, secret },
  log: log.child({ part: 'edge' }),
});
const { control } = await edge.start();
const sip = new SipApplication({
  server: { host: control.address, port: control.port, secret },
  localAddressFor: localAddressTowards,
  sessionTimer: { interval: 1800, minimum: 90 },
  log: log.child({ part: 'sip' }),
});
sip.on('call', answer);
await sip.start();

/** What stands, and what it takes once nothing that can be freed is left. */
async function state(): Promise<SignallingState> {
  for (let round = 0; round < 4; round++) {
    globalThis.gc?.();
    // What finalizers let go is freed in the next round.
    await sleep(50);
  }
  const { rss, heapUsed } = process.memoryUsage();
  const { dialogs, serverTransactions, dropped } = edge.figures();
  return { rss, heapUsed, calls, rooms: 0, dialogs, serverTransactions, dropped: { ...dropped } };
}

const question = z.literal('state');
process.on('message', (message) => {
  if (question.safeParse(message).success) {
    state().then(
      (found) => process.send?.(found),
      (error: unknown) => log.error({ err: error }, 'no state'),
    );
  }
});
process.on('disconnect', () => process.exit());
process.send?.('ready');
