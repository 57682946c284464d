import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { copyFile, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { readWav, type Sound } from '../media/tone.ts';
import { until } from '../media/until.ts';
import { currentTestNetwork } from '../network/test-network.ts';
import { peerPath, spawnPeerInRoot } from './room-program.ts';

/** One linphonec: its port, its account, what it plays. */
export interface LinphoneOptions {
  readonly sipPort: number;
  /** WAV file that plays as microphone. */
  readonly sound: string;
  /** Where it registers, and with which password it registers and calls. */
  readonly registration?: {
    /** Host and port of the registrar. */
    readonly registrar: string;
    readonly user: string;
    readonly password: string;
    readonly realm: string;
  };
}

/** linphonec: another stranger's SIP video endpoint. Its camera is a still picture. */
export class Linphone {
  readonly #child: ChildProcess;
  readonly #folder: string;
  readonly #inside: string;
  readonly #output: () => string;

  private constructor(child: ChildProcess, folder: string, inside: string, output: () => string) {
    this.#child = child;
    this.#folder = folder;
    this.#inside = inside;
    this.#output = output;
  }

  /** Starts it; resolves when it takes commands. */
  static async start(options: LinphoneOptions): Promise<Linphone> {
    const { room } = currentTestNetwork();
    const folder = await mkdtemp(peerPath('tmp/classbridge-linphone-'));
    // Its root is the folder of peers: what it opens is named from there.
    const inside = join('/tmp', basename(folder));
    await copyFile(options.sound, join(folder, 'sound.wav'));
    await mkdir(join(folder, '.local/share/linphone'), { recursive: true });
    await writeFile(join(folder, 'rc'), configuration(options, room.address));
    const child = spawnPeerInRoot('/usr/bin/linphonec', ['-c', join(inside, 'rc'), '-V'], { HOME: inside });
    let output = '';
    const collect = (chunk: Buffer) => {
      output = `${output}${chunk.toString()}`.slice(-100_000);
    };
    child.stdout?.on('data', collect);
    child.stderr?.on('data', collect);
    const linphone = new Linphone(child, folder, inside, () => output);
    await until('linphonec takes commands', 15_000, () => {
      if (child.exitCode !== null) {
        throw new Error(`linphonec ended:\n${output}`);
      }
      return output.includes('linphonec>') ? true : undefined;
    });
    linphone.command('soundcard use files');
    linphone.command(`play ${join(inside, 'sound.wav')}`);
    await new Promise((resolve) => setTimeout(resolve, 1500));
    // VP8 stands first: without it H.264 is offered.
    linphone.command('vcodec disable 0');
    return linphone;
  }

  /** What it wrote. */
  get output(): string {
    return this.#output();
  }

  /** Calls a SIP URI; resolves when the call is up. */
  async dial(uri: string): Promise<void> {
    this.command(`call ${uri}`);
    await until('linphone’s call is up', 15_000, () =>
      this.output.includes('Media streams established') ? true : undefined,
    );
    // Only a call that is up has a stream to record.
    this.command(`record ${join(this.#inside, 'heard.wav')}`);
  }

  hangUp(): void {
    this.command('terminate');
  }

  /** All that it has heard so far. */
  heard(): Promise<Sound> {
    return readWav(join(this.#folder, 'heard.wav'));
  }

  command(text: string): void {
    this.#child.stdin?.write(`${text}\n`);
  }

  async stop(): Promise<void> {
    if (this.#child.exitCode === null && this.#child.signalCode === null) {
      const gone = once(this.#child, 'exit');
      this.command('quit');
      const forced = setTimeout(() => this.#child.kill('SIGKILL'), 3000);
      await gone;
      clearTimeout(forced);
    }
    await rm(this.#folder, { recursive: true, force: true });
  }
}

function configuration({ sipPort, registration }: LinphoneOptions, address: string): string {
  return [
    ...(registration === undefined ? [] : account(registration)),
    '[sip]',
    `sip_port=${sipPort}`,
    `sip_tcp_port=${sipPort}`,
    'sip_tls_port=0',
    `default_proxy=${registration === undefined ? -1 : 0}`,
    'use_ipv6=0',
    'ipv6_migration_done=1',
    `contact="Linphone" <sip:lin@${address}:${sipPort}>`,
    'media_encryption=none',
    'guess_hostname=0',
    'verify_server_certs=0',
    '[net]',
    'mtu=1300',
    'firewall_policy=0',
    'adaptive_rate_control=0',
    '[rtp]',
    'audio_rtp_port=23000-23099',
    'video_rtp_port=23100-23199',
    '[sound]',
    'playback_dev_id=ALSA Unknown: default',
    'capture_dev_id=ALSA Unknown: default',
    'echocancellation=0',
    '[video]',
    'enabled=1',
    'size=vga',
    'capture=1',
    'display=0',
    'automatically_initiate=1',
    'automatically_accept=1',
    'device=StaticImage: Static picture',
    'self_view=0',
    '',
  ].join('\n');
}

function account(registration: NonNullable<LinphoneOptions['registration']>): string[] {
  const { registrar, user, password, realm } = registration;
  return [
    '[proxy_0]',
    `reg_proxy=<sip:${registrar}>`,
    `reg_identity=sip:${user}@${registrar}`,
    'reg_expires=60',
    'reg_sendregister=1',
    'publish=0',
    '[auth_info_0]',
    `username=${user}`,
    `passwd=${password}`,
    `realm=${realm}`,
  ];
}
