import type { Wishes } from '../host/host-session.ts';
import type { SimulatedHost } from '../host/simulated-host.ts';
import { unacknowledged } from './unacknowledged-answer.ts';

/** Where the media shall be received from now on. */
export interface Move {
  /** Another address of the machine; default the one that it was opened with. */
  readonly address?: string;
}

/**
 * Negotiates anew by re-INVITE (RFC 3261 §14): other codecs, another direction, and, where `move` is given, other ports.
 * Resolves when the answer is acknowledged and in use. Rejects with the refusal, with its `status`.
 */
export async function renegotiate(host: SimulatedHost, wishes: Wishes, move?: Move): Promise<void> {
  if (move !== undefined) {
    const { audio, video } = host.media.streams;
    await Promise.all([audio.move(move.address), video.move(move.address)]);
  }
  host.media.use(host.session.accept(await host.dialog.modify(host.session.offer(wishes))));
}

/** Asks the far side for an offer by a re-INVITE without one; the host answers in its ACK. */
export async function renegotiateWithoutOffer(host: SimulatedHost): Promise<void> {
  const answered = unacknowledged<void>(await host.dialog.modify('', { noAck: true }));
  const { sdp, media } = host.session.answer(answered.sdp);
  answered.ack(sdp);
  host.media.use(media);
}
