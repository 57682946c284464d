import type { SimulatedHost } from '../host/simulated-host.ts';
import { unacknowledged } from './unacknowledged-answer.ts';

/**
 * Calls with an INVITE that holds no offer: the far side offers in its 200, the host answers in its ACK (RFC 3261 §13.2.1).
 * Resolves when that is sent. Rejects with the refusal, with its `status`, or where the offer has nothing for the host.
 */
export async function dialWithoutOffer(host: SimulatedHost, uri: string): Promise<void> {
  const { srf } = host.signalling;
  const answered = unacknowledged<Promise<Dialog>>(
    await srf.createUAC(uri, { localSdp: '', noAck: true, headers: host.headers }),
  );
  const { sdp, media } = host.session.answer(answered.sdp);
  host.take(await answered.ack(sdp));
  host.media.use(media);
}

type Dialog = Parameters<SimulatedHost['take']>[0];
