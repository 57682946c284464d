import { randomUUID } from 'node:crypto';
import { FaultError } from '#signaling/webrtc/fault-error.ts';
import { PROTOCOL_VERSION } from '#signaling/webrtc/protocol.ts';
import type { WebrtcSession } from '#signaling/webrtc/session.ts';
import type { SessionHandler } from '#signaling/webrtc/session-handler.ts';
import { BrowserParty } from './browser-party.ts';
import type { Conference } from './conference.ts';
import { PageRecord } from './page-record.ts';

/** What every page is to who decides whether the machine carries it. */
const NEWCOMER = { protocol: 'webrtc', picture: true, returns: false } as const;

/** Takes a page's requests: gets it into its lesson at `join`, then hands everything to its party. */
export function browserHandler(conference: Conference, session: WebrtcSession): SessionHandler {
  let party: BrowserParty | undefined;
  const record = new PageRecord(conference.recorder);
  session.trace = (direction, text) => record.message(direction, text);
  const joined = (): BrowserParty => {
    if (party === undefined) {
      throw new FaultError('out-of-order');
    }
    return party;
  };
  return {
    join: async (request) => {
      if (request.version !== PROTOCOL_VERSION) {
        throw new FaultError('wrong-version');
      }
      const id = randomUUID();
      record.joins(id, request.code);
      const entering = conference.enter(
        request.code,
        (lesson) => new BrowserParty(id, request, session, conference, lesson),
        NEWCOMER,
      );
      if (typeof entering === 'string') {
        conference.refused('webrtc', entering);
        record.refused(entering);
        throw new FaultError(
          entering !== 'capacity' ? entering : conference.isFull(request.code) ? 'lesson-full' : 'no-capacity',
        );
      }
      try {
        const answer = await entering.join();
        party = entering;
        return answer;
      } catch (error) {
        entering.abandon('internal-error');
        throw error;
      }
    },
    ready: (request) => joined().ready(request),
    connect: (request) => joined().connect(request),
    produce: (request) => joined().produce(request),
    resume: (request) => joined().resume(request),
    mute: (request) => joined().mute(request),
    reception: (request) => joined().reception(request),
    leave: async () => undefined,
  };
}
