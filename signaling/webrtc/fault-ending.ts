import type { EndReason } from '#signaling/call/call.ts';
import type { Fault } from './protocol.ts';

/** How a session that ends with a fault is told to the two sides. */
export interface FaultEnding {
  readonly reason: EndReason;
  /** WebSocket close code, RFC 6455 §7.4.1. */
  readonly closeCode: 1000 | 1001 | 1008 | 1011 | 1013;
}

/** End reason of the call and WebSocket close code for every fault. */
export const FAULT_ENDINGS: Readonly<Record<Fault, FaultEnding>> = {
  'bad-request': { reason: 'bad-request', closeCode: 1008 },
  'wrong-version': { reason: 'bad-request', closeCode: 1008 },
  'out-of-order': { reason: 'bad-request', closeCode: 1008 },
  'unknown-class': { reason: 'unknown-class', closeCode: 1008 },
  'lesson-full': { reason: 'capacity', closeCode: 1013 },
  'no-capacity': { reason: 'capacity', closeCode: 1013 },
  'media-failed': { reason: 'media-timeout', closeCode: 1011 },
  'internal-error': { reason: 'internal-error', closeCode: 1011 },
  shutdown: { reason: 'shutdown', closeCode: 1001 },
  'lesson-over': { reason: 'local-hangup', closeCode: 1000 },
};
