import { randomUUID } from 'node:crypto';
import { FaultError } from '#signaling/webrtc/fault-error.ts';
import { PROTOCOL_VERSION } from '#signaling/webrtc/protocol.ts';
import type { WebrtcSession } from '#signaling/webrtc/session.ts';
import type { SessionHandler } from '#signaling/webrtc/session-handler.ts';
import { BrowserParty } from './browser-party.ts';
import type { Conference } from './conference.ts';
import { PageRecord } from './page-record.ts';

/** Takes a page's requests: finds the lesson at `join`, then hands everything to its party. */
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
      const lesson = conference.admit(request.code, { protocol: 'webrtc', picture: true, returns: false });
      if (typeof lesson === 'string') {
        conference.refused('webrtc', lesson);
        record.refused(lesson);
        const full = conference.lessons.some((one) => one.id === request.code && !conference.hasPlace(one));
        throw new FaultError(lesson !== 'capacity' ? lesson : full ? 'lesson-full' : 'no-capacity');
      }
      const entering = new BrowserParty(id, request, session, conference, lesson);
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
