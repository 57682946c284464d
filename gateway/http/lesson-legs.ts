import type { Protocol } from '#signaling/call/call.ts';
import type { Lesson } from '../conference/lesson.ts';
import type { Party } from '../conference/party.ts';

/** Whose leg it is. */
export interface LegRole {
  readonly protocol: Protocol;
  /** Undefined for what is published to the browsers of a lesson. */
  readonly party: Party | undefined;
}

/** The roles of all legs, by their ids. */
export function legRoles(lessons: readonly Lesson[]): ReadonlyMap<string, LegRole> {
  const roles = new Map<string, LegRole>();
  for (const lesson of lessons) {
    for (const party of lesson.parties) {
      roles.set(party.id, { protocol: party.protocol, party });
    }
    const published = lesson.published === undefined ? [] : [lesson.published];
    for (const { leg } of [...published, ...lesson.forwarded]) {
      roles.set(leg, { protocol: 'webrtc', party: undefined });
    }
  }
  return roles;
}
