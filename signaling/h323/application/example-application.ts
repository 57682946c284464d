import assert from 'node:assert/strict';
import { pino } from 'pino';
import { defaultCapabilities } from '#codecs/media/local-capabilities.ts';
import { H323Application, type H323ApplicationOptions } from './h323-application.ts';

// Rooms, and gateways, on sockets of this machine, for tests: what a test does not say is usual.

/** Any free port. */
export const ANY = { address: '127.0.0.1', port: 0 };
/** What an example room can do. */
export const ROOM_CAPABILITIES = defaultCapabilities({ videoBitRate: 2_000_000, maximumSize: '720p' });

/** A room's side, or a gateway's. Test files run at the same time: those with many calls name `h245Ports` of their own. */
export function exampleApplication(options: Partial<H323ApplicationOptions> = {}): H323Application {
  return new H323Application({
    listen: ANY,
    h245Ports: { from: 22_100, to: 22_600 },
    capabilities: ROOM_CAPABILITIES,
    displayName: 'Room',
    tunnelling: true,
    fastStart: true,
    log: pino({ level: 'silent' }),
    ...options,
  });
}

/** Looks every 10 ms for 8 s. */
export async function until(what: string, condition: () => boolean): Promise<void> {
  for (let tried = 0; tried < 800; tried++) {
    if (condition()) {
      return;
    }
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  assert.fail(`never: ${what}`);
}
