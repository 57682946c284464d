import type { Direction, StreamDescription } from './description.ts';

function direction(sends: boolean, receives: boolean): Direction {
  if (sends) return receives ? 'sendrecv' : 'sendonly';
  return receives ? 'recvonly' : 'inactive';
}

/** Whether the side with this direction sends. */
export function sends(side: Direction): boolean {
  return side === 'sendrecv' || side === 'sendonly';
}

/** Whether the side with this direction receives. */
export function receives(side: Direction): boolean {
  return side === 'sendrecv' || side === 'recvonly';
}

/** The same direction seen from the other side (RFC 3264 §6.1). */
export function mirrored(side: Direction): Direction {
  return direction(receives(side), sends(side));
}

/** What two wishes of the same side leave. */
export function commonDirection(a: Direction, b: Direction): Direction {
  return direction(sends(a) && sends(b), receives(a) && receives(b));
}

const UNSPECIFIED: ReadonlySet<string> = new Set(['0.0.0.0', '::']);

/** What the writer of a stream really wants: an unspecified address means that it does not want to receive (RFC 3264 §8.4, the hold of RFC 2543). */
export function effectiveDirection(stream: Pick<StreamDescription, 'direction' | 'address'>): Direction {
  return UNSPECIFIED.has(stream.address.address) ? direction(sends(stream.direction), false) : stream.direction;
}
