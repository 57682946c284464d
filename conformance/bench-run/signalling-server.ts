// The signalling of the service alone, for benches: started with an IPC channel, over which it is told its options first.
// Only users may call; every call is answered with the same transport, where nobody listens.
import { randomBytes, randomInt } from 'node:crypto';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { pino } from 'pino';
import { Registry } from 'prom-client';
import { z } from 'zod';
import { defaultCapabilities } from '#codecs/media/local-capabilities.ts';
import { negotiate } from '#codecs/media/negotiate.ts';
import { configurationSchema } from '#gateway/configuration/schema.ts';
import { Diagnosis } from '#gateway/diagnosis/diagnosis.ts';
import { SipAccess } from '#gateway/registration/sip-access.ts';
import { sipGuard } from '#gateway/registration/sip-guard.ts';
import { localAddressTowards } from '#signaling/network/local-address.ts';
import type { InboundSipCall } from '#signaling/sip/application/inbound-sip-call.ts';
import { SipApplication } from '#signaling/sip/application/sip-application.ts';
import { hashedPassword } from '#signaling/sip/digest/response.ts';
import { createEdge } from '#signaling/sip/edge/edge.ts';
import { type SignallingState, signallingServerOptions } from './signalling-protocol.ts';

const LOOPBACK = '127.0.0.1';
const REALM = 'classbridge';
const CAPABILITIES = defaultCapabilities({ videoBitRate: 2_000_000, maximumSize: '1080p' });

const told: unknown[] = await once(process, 'message');
const { address, port, users } = signallingServerOptions.parse(told[0]);
const transport = { audio: { address, port: 20_000 }, main: { address, port: 20_002 } };
const log = pino({ level: 'warn', base: null });
/** Calls are traced as in the service, with its defaults. */
const diagnosis = new Diagnosis({ keys: configurationSchema.parse({}).diagnosis, log });
let calls = 0;

function answer(call: InboundSipCall): void {
  const { offer } = call.invitation;
  const origin = { sessionId: String(randomInt(1, 2 ** 47)), version: '1' };
  const result = offer === undefined ? undefined : negotiate(offer, CAPABILITIES, transport, { origin });
  if (result === undefined || 'failure' in result) {
    call.end('no-common-media');
    return;
  }
  const { remoteUri, target } = call;
  diagnosis.recorder.began(call.id, { protocol: 'sip', direction: 'inbound', class: target, remote: remoteUri });
  diagnosis.recorder.negotiated(call.id, {
    offerer: 'peer',
    offer: offer ?? { streams: [] },
    answer: result.answer,
    capabilities: CAPABILITIES,
    media: result.media,
  });
  calls += 1;
  call.on('ended', (reason) => {
    calls -= 1;
    diagnosis.recorder.ended(call.id, reason);
  });
  // A caller that hangs up with its ACK fails the exchange: that is no fault of anybody's.
  call.invitation.complete(result.answer).catch((error: unknown) => log.debug({ err: error }, 'a call ended early'));
}

const { sip: configured } = configurationSchema.parse({
  sip: {
    realm: REALM,
    requireAuthentication: true,
    users: users.map(({ name, password }) => ({ name, md5: hashedPassword('MD5', name, REALM, password) })),
  },
});
const guard = sipGuard(configured, log);
const secret = randomBytes(16).toString('hex');
const edge = createEdge({
  listen: [
    { protocol: 'udp', address, port },
    { protocol: 'tcp', address, port },
  ],
  control: { address: LOOPBACK, port: 0, secret },
  log: log.child({ part: 'edge' }),
  // As it is in the service: one address with a thousand calls a second must not be taken for a scanner.
  guard,
  trace: diagnosis.sip,
});
const { control } = await edge.start();
const access = new SipAccess({
  sip: configured,
  metrics: new Registry(),
  log: log.child({ part: 'sip' }),
  send: (request) => sip.send(request),
});
const sip: SipApplication = new SipApplication({
  server: { host: control.address, port: control.port, secret },
  callers: access.callers,
  registrations: access.registrations,
  localAddressFor: localAddressTowards,
  sessionTimer: { interval: 1800, minimum: 90 },
  trace: diagnosis.sip,
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
  const guarded = Object.fromEntries([...(guard?.dropped ?? [])].filter(([, count]) => count > 0));
  const rooms = users.filter(({ name }) => access.lookup(name).length > 0).length;
  return { rss, heapUsed, calls, rooms, dialogs, serverTransactions, dropped: { ...dropped, ...guarded } };
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
