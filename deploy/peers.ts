import { existsSync } from 'node:fs';
import { H323_PEER, peersPath, SIP_CLIENTS } from './setup/peers.mjs';

/**
 * The Debian folder that holds the real SIP clients for conformance tests (baresip, linphonec), as the setup made it.
 * Programs in it run by chroot, or through its own loader and libraries.
 *
 * @returns absolute path of the folder
 * @throws {Error} when it is not there, with what to do
 */
export function peersFolder(): string {
  return made(peersPath(SIP_CLIENTS), 'SIP clients');
}

/** The Debian folder that holds Asterisk with its H.323 channel; as `peersFolder`. */
export function h323PeerFolder(): string {
  return made(peersPath(H323_PEER), 'H.323 peer');
}

function made(path: string, what: string): string {
  if (existsSync(path)) return path;
  throw new Error(`there is no ${what} in ${path}: run \`node deploy/setup.mjs test\` as root`);
}
