import type Srf from 'drachtio-srf';
import type { SimulatedHost } from '../host/simulated-host.ts';

/**
 * Answers an INVITE that came to the host's signalling: its offer where it holds one, else with an offer of the host's own, to
 * which the ACK holds the answer. Resolves when the call stands.
 */
export async function answerCall(
  host: SimulatedHost,
  request: Srf.SrfRequest,
  response: Srf.SrfResponse,
): Promise<void> {
  const { srf } = host.signalling;
  if (request.body) {
    const { sdp, media } = host.session.answer(request.body);
    host.take(await srf.createUAS(request, response, { localSdp: sdp }));
    host.media.use(media);
    return;
  }
  const dialog = await srf.createUAS(request, response, { localSdp: host.session.offer() });
  host.take(dialog);
  const sdp = await new Promise<string>((resolve) => {
    dialog.once('ack', (acknowledgement) => resolve(acknowledgement.body));
  });
  host.media.use(host.session.accept(sdp));
}
