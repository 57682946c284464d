import { type ChildProcess, spawn } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readlinkSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { cacheKey, cacheRoot, makeFolder } from '../setup/cache.mjs';
import { fillDebianFolder } from '../setup/debian-folder.mjs';
import { debianMirrors } from '../setup/debian-mirrors.mjs';
import { runProgram } from '../setup/run-program.mjs';
import { copySystemNode, findSystemNode } from './system-node.ts';

const SUITE = 'bookworm';
const RUN = 'run-';

/** Where the project lies inside the bare machine. */
const PROJECT_INSIDE = '/root/classbridge';

/** What this machine needs in the environment to reach the registries; handed on as it is. */
const NETWORK_VARIABLES =
  /^(https?_proxy|no_proxy|all_proxy|node_extra_ca_certs|ssl_cert_file|npm_config_(registry|cafile|https?_proxy|proxy|noproxy))$/i;

/**
 * A Debian with nothing on it but this machine's Node and npm, and a fresh clone of the project's last commit: a folder
 * that is thrown away afterwards.
 */
export class BareMachine {
  readonly #folder: string;

  private constructor(folder: string) {
    this.#folder = folder;
  }

  /** Makes one; only one at a time may exist on a machine (the caller holds a lock). Needs root and debootstrap. */
  static async make(project: string, say: (text: string) => void): Promise<BareMachine> {
    const pristine = await pristineFolder(say);
    const parent = join(cacheRoot(), 'bare');
    for (const name of readdirSync(parent)) {
      if (name.startsWith(RUN)) rmSync(join(parent, name), { recursive: true, force: true });
    }
    const folder = mkdtempSync(join(parent, RUN));
    await runProgram('cp', ['-a', '--reflink=auto', `${pristine}/.`, folder]);
    await runProgram('git', ['clone', '--quiet', '--depth=1', `file://${project}`, join(folder, PROJECT_INSIDE)]);
    return new BareMachine(folder);
  }

  /**
   * Starts a command in the project's folder, as a root user of that machine would. It has a mount namespace of its own and
   * this machine's network. Signals to the returned process reach the command itself; it leads a process group.
   */
  start(command: readonly string[], variables: Readonly<Record<string, string>> = {}): ChildProcess {
    const network = Object.entries(process.env).flatMap(([name, value]) =>
      NETWORK_VARIABLES.test(name) && value !== undefined ? [`${name}=${value}`] : [],
    );
    const environment = [
      'PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin',
      'HOME=/root',
      'LANG=C.UTF-8',
      ...network,
      ...Object.entries(variables).map(([name, value]) => `${name}=${value}`),
    ];
    const mounts = ['mount -t proc proc "$0/proc"', 'mount --rbind /sys "$0/sys"', 'mount --rbind /dev "$0/dev"'];
    const script = `${mounts.join(' && ')} && exec chroot "$0" env -i -C ${PROJECT_INSIDE} "$@"`;
    return spawn(
      'unshare',
      ['--mount', '--propagation', 'private', 'sh', '-c', script, this.#folder, ...environment, ...command],
      { env: { PATH: process.env.PATH ?? '', LANG: 'C.UTF-8' }, detached: true, stdio: ['ignore', 'pipe', 'pipe'] },
    );
  }

  /** The processes that still run inside, by their id on this machine. */
  processes(): number[] {
    return readdirSync('/proc').flatMap((name) => {
      if (!/^\d+$/.test(name)) return [];
      try {
        return readlinkSync(`/proc/${name}/root`) === this.#folder ? [Number(name)] : [];
      } catch {
        return [];
      }
    });
  }

  /** Ends all that runs inside and removes the folder. */
  remove(): void {
    for (const id of this.processes()) {
      try {
        process.kill(id, 'SIGKILL');
      } catch {
        // it has just ended by itself
      }
    }
    rmSync(this.#folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
  }
}

/** The folder that every bare machine is a copy of; made once and kept. */
async function pristineFolder(say: (text: string) => void): Promise<string> {
  const system = findSystemNode();
  const { main, security } = await debianMirrors();
  const sources = [`deb ${main} ${SUITE} main`, ...(security ? [`deb ${security} ${SUITE}-security main`] : [])];
  const key = cacheKey([SUITE, process.arch, system.nodeVersion, system.npmVersion, ...sources]);
  const folder = join(cacheRoot(), 'bare', `${SUITE}-${process.arch}-${key}`);
  mkdirSync(join(cacheRoot(), 'bare'), { recursive: true });
  if (existsSync(folder)) return folder;
  say(`making a bare Debian ${SUITE} with Node ${system.nodeVersion} and npm ${system.npmVersion}, once on a machine`);
  await makeFolder(folder, async (draft) => {
    await fillDebianFolder({ suite: SUITE, packages: [], folder: draft, report: () => {} });
    writeFileSync(join(draft, 'etc/apt/sources.list'), sources.map((line) => `${line}\n`).join(''));
    rmSync(join(draft, 'var/lib/apt/lists'), { recursive: true, force: true });
    copySystemNode(system, draft);
    const certificates = process.env.NODE_EXTRA_CA_CERTS;
    if (certificates && existsSync(certificates)) cpSync(certificates, join(draft, certificates));
  });
  return folder;
}
