import type { SimulatedHost } from '../host/simulated-host.ts';

/**
 * The host's power fails: no BYE, no goodbye in RTCP, its sockets are gone and nothing answers. The host must have a signalling
 * of its own, as that goes with it.
 */
export async function crash(host: SimulatedHost): Promise<void> {
  await host.media.close(false);
  await host.signalling.close();
}

/** The host's signalling dies while its media go on: requests to it are not answered any more. */
export async function loseSignalling(host: SimulatedHost): Promise<void> {
  await host.signalling.close();
}
