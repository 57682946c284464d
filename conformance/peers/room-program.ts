import { type ChildProcess, spawn } from 'node:child_process';
import { join } from 'node:path';
import { peersFolder } from '#deploy/peers.ts';

const ARCHITECTURES: Readonly<Record<string, { readonly libraries: string; readonly loader: string }>> = {
  x64: { libraries: 'usr/lib/x86_64-linux-gnu', loader: 'usr/lib64/ld-linux-x86-64.so.2' },
  arm64: { libraries: 'usr/lib/aarch64-linux-gnu', loader: 'usr/lib/ld-linux-aarch64.so.1' },
};
/** Folders beside the libraries' own that some of them are kept in. */
const FURTHER = ['pulseaudio', 'blas', 'lapack'];

/** A path inside the folder of real SIP clients. */
export function peerPath(path: string): string {
  return join(peersFolder(), path);
}

/** Starts a program of that folder, which is another Debian, through that Debian's own loader and libraries. */
export function spawnPeer(
  program: string,
  args: readonly string[],
  cwd: string,
  environment: Readonly<Record<string, string>> = {},
): ChildProcess {
  const architecture = ARCHITECTURES[process.arch];
  if (architecture === undefined) {
    throw new Error(`there are no SIP clients for ${process.arch}`);
  }
  const base = peerPath(architecture.libraries);
  const libraries = [base, ...FURTHER.map((folder) => `${base}/${folder}`)].join(':');
  return spawn(peerPath(architecture.loader), ['--library-path', libraries, peerPath(program), ...args], {
    cwd,
    stdio: ['pipe', 'pipe', 'pipe'],
    env: { ...process.env, ...environment },
  });
}

/** Starts a program of that folder with the folder as its root: for those that look for files at fixed places. */
export function spawnPeerInRoot(
  program: string,
  args: readonly string[],
  environment: Readonly<Record<string, string>> = {},
): ChildProcess {
  return spawn('chroot', [peersFolder(), program, ...args], {
    stdio: ['pipe', 'pipe', 'pipe'],
    env: { PATH: '/usr/sbin:/usr/bin:/sbin:/bin', ...environment },
  });
}
