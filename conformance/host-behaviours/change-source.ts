import type { SimulatedHost } from '../host/simulated-host.ts';

/** Goes on as other sources, in the middle of whatever is sent: as rooms do that switch between cameras or restart their codec. */
export function changeSource({ media }: Pick<SimulatedHost, 'media'>): void {
  media.streams.audio.changeSource();
  media.streams.video.changeSource();
}

/** Goes on with the same SSRCs and other sequence numbers and timestamps: as rooms do after a hold. */
export function restartNumbers({ media }: Pick<SimulatedHost, 'media'>): void {
  media.streams.audio.restart();
  media.streams.video.restart();
}
