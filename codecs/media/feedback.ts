import type { Feedback } from './description.ts';

/** A peer that announces nothing. */
export const NO_FEEDBACK: Feedback = { nack: false, pli: false, fir: false, tmmbr: false, remb: false };

/** Everything that the engine understands and sends. */
export const FULL_FEEDBACK: Feedback = { nack: true, pli: true, fir: true, tmmbr: true, remb: true };

/** What we honour when a receiver sends it: rates are not followed yet, so they are not announced. */
export const HONOURED_FEEDBACK: Feedback = { nack: true, pli: true, fir: true, tmmbr: false, remb: false };

/** What both sides announce. */
export function commonFeedback(a: Feedback, b: Feedback): Feedback {
  return {
    nack: a.nack && b.nack,
    pli: a.pli && b.pli,
    fir: a.fir && b.fir,
    tmmbr: a.tmmbr && b.tmmbr,
    remb: a.remb && b.remb,
  };
}
