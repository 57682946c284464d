import { existsSync } from 'node:fs';
import { peersPath } from './setup/peers.mjs';

/**
 * The Debian folder that holds the real SIP clients for conformance tests (baresip, linphonec), as the setup made it.
 * Programs in it run by chroot, or through its own loader and libraries.
 *
 * @returns absolute path of the folder
 * @throws {Error} when it is not there, with what to do
 */
export function peersFolder(): string {
  const path = peersPath();
  if (existsSync(path)) return path;
  throw new Error(`there are no SIP clients in ${path}: run \`node deploy/setup.mjs test\` as root`);
}
