import { isDeepStrictEqual } from 'node:util';
import type { MediaDescription } from './description.ts';

/** Session id and version of an o= line. */
export type SessionOrigin = NonNullable<MediaDescription['origin']>;

/** How a description that we write stands to those that we wrote before in the same dialog. */
export interface OwnSession {
  /** The origin of the first description. */
  readonly origin: SessionOrigin;
  /** The last description that we sent; absent at the start of a dialog. */
  readonly previous?: MediaDescription;
}

/** Gives a description its origin: the version of the one before, plus one if anything changed (RFC 3264 §8). */
export function withOrigin(description: Omit<MediaDescription, 'origin'>, session: OwnSession): MediaDescription {
  const { previous } = session;
  if (previous === undefined) return { ...description, origin: session.origin };
  const origin = previous.origin ?? session.origin;
  const same = isDeepStrictEqual({ ...description, origin }, { ...previous, origin });
  return {
    ...description,
    origin: same ? origin : { sessionId: origin.sessionId, version: following(origin.version) },
  };
}

function following(version: string): string {
  return /^\d{1,19}$/.test(version) ? String(BigInt(version) + 1n) : '1';
}
