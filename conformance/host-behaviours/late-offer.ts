import type { SimulatedHost } from '../host/simulated-host.ts';

/**
 * Calls with an INVITE that holds no offer: the far side offers in its 200, the host answers in its ACK (RFC 3261 §13.2.1).
 * Resolves when that is sent. Rejects with the refusal, with its `status`, or where the offer has nothing for the host.
 */
export async function dialWithoutOffer(host: SimulatedHost, uri: string): Promise<void> {
  const { srf } = host.signalling;
  const answered: unknown = await srf.createUAC(uri, { localSdp: '', noAck: true, headers: host.headers });
  if (!isUnacknowledged(answered)) {
    throw new Error('the far side sent no offer');
  }
  const { sdp, media } = host.session.answer(answered.sdp);
  host.take(await answered.ack(sdp));
  host.media.use(media);
}

type Dialog = Parameters<SimulatedHost['take']>[0];

/** What drachtio-srf gives where the ACK is left to the application; its types do not say so. */
function isUnacknowledged(value: unknown): value is { sdp: string; ack: (sdp: string) => Promise<Dialog> } {
  return (
    typeof value === 'object' &&
    value !== null &&
    'sdp' in value &&
    typeof value.sdp === 'string' &&
    'ack' in value &&
    typeof value.ack === 'function'
  );
}
