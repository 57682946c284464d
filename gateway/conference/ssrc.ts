import { randomInt } from 'node:crypto';

/** A synchronisation source identifier for one of our streams: random, so that two senders hardly ever collide (RFC 3550 §8). */
export function randomSsrc(): number {
  return randomInt(1, 0xffff_ffff);
}
