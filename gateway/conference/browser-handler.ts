import { randomUUID } from 'node:crypto';
import { FaultError } from '#signaling/webrtc/fault-error.ts';
import { PROTOCOL_VERSION } from '#signaling/webrtc/protocol.ts';
import type { WebrtcSession } from '#signaling/webrtc/session.ts';
import type { SessionHandler } from '#signaling/webrtc/session-handler.ts';
import { BrowserParty } from './browser-party.ts';
import type { Conference } from './conference.ts';

/** Takes a page's requests: finds the lesson at `join`, then hands everything to its party. */
export function browserHandler(conference: Conference, session: WebrtcSession): SessionHandler {
  let party: BrowserParty | undefined;
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
      const lesson = conference.admit(request.code);
      if (typeof lesson === 'string') {
        conference.refused('webrtc', lesson);
        throw new FaultError(lesson === 'capacity' ? 'lesson-full' : lesson);
      }
      const entering = new BrowserParty(randomUUID(), request, session, conference, lesson);
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
