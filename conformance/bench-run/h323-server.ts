// The H.323 signalling of the service alone, for benches: started with an IPC channel, over which it is told its options first. Every
// call is answered by the normal negotiation, with the same transport, where nobody listens.
import { once } from 'node:events';
import { pino } from 'pino';
import { z } from 'zod';
import { defaultCapabilities } from '#codecs/media/local-capabilities.ts';
import { H323Application } from '#signaling/h323/application/h323-application.ts';
import { AnsweringParty } from '#signaling/h323/captured/answering-party.ts';

const optionsSchema = z.object({
  /** Where calls are taken. */
  address: z.string(),
  port: z.number(),
});
const CAPABILITIES = defaultCapabilities({ videoBitRate: 2_000_000, maximumSize: '1080p' });
const MEDIA_PORT = 20_000;

const told: unknown[] = await once(process, 'message');
const listen = optionsSchema.parse(told[0]);
const log = pino({ level: 'warn', base: null });
const application = new H323Application({
  listen,
  h245Ports: { from: 5555, to: 5999 },
  capabilities: CAPABILITIES,
  displayName: 'Classbridge',
  tunnelling: true,
  fastStart: true,
  log,
});
application.on('call', (call) => {
  // A caller that is gone before the answer fails the exchange: the report of who calls tells of it.
  new AnsweringParty(call, CAPABILITIES, MEDIA_PORT)
    .join()
    .catch((error: unknown) => log.debug({ err: error }, 'gone'));
});
await application.start();

process.on('message', () => process.send?.({ calls: application.calls, connections: application.connections }));
process.on('disconnect', () => process.exit());
process.send?.('ready');
