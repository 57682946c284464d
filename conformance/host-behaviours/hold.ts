import type { Wishes } from '../host/host-session.ts';
import type { SimulatedHost } from '../host/simulated-host.ts';
import { renegotiate } from './renegotiation.ts';

/** The ways in which rooms say that a call is on hold: RFC 3264 §8.4 has the first, and the last as that of RFC 2543. */
export type HoldSpelling = 'a=sendonly' | 'a=inactive' | 'c=0.0.0.0';

const WISHES: Readonly<Record<HoldSpelling, Wishes>> = {
  'a=sendonly': { direction: 'sendonly' },
  'a=inactive': { direction: 'inactive' },
  'c=0.0.0.0': { withoutAddress: true },
};

/** Puts the far side on hold. A room that holds shows and says nothing, whatever the spelling. */
export async function hold(host: SimulatedHost, spelling: HoldSpelling): Promise<void> {
  setSilent(host, true);
  await renegotiate(host, WISHES[spelling]);
}

/** Takes the far side off hold. The picture begins with a key frame, as rooms have it. */
export async function resume(host: SimulatedHost): Promise<void> {
  await renegotiate(host, { direction: 'sendrecv', withoutAddress: false });
  setSilent(host, false);
  host.media.performance.giveKeyFrame();
}

function setSilent({ media }: SimulatedHost, rtp: boolean): void {
  media.streams.audio.silence({ rtp, rtcp: false });
  media.streams.video.silence({ rtp, rtcp: false });
}
