import { FAULTS, type Fault } from '#signaling/webrtc/protocol.ts';

/** Faults that the page itself finds. */
const OWN_FAULTS = ['server-gone', 'insecure-context', 'unsupported-browser', 'no-video-codec'] as const;

/** Everything that can go wrong in a lesson, as the page tells it. */
export type PageFault = Fault | (typeof OWN_FAULTS)[number];

/** Each of them, for checks that nothing lacks a text. */
export const PAGE_FAULTS: readonly PageFault[] = [...FAULTS, ...OWN_FAULTS];
