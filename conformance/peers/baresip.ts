import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { connect, isIPv6, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readStill, type Still } from '../media/still.ts';
import { readWav, type Sound } from '../media/tone.ts';
import { until } from '../media/until.ts';
import { currentTestNetwork } from '../network/test-network.ts';
import { NetstringReader, netstring } from './netstring.ts';
import { peerPath, spawnPeer } from './room-program.ts';

/** One baresip: what stands in its configuration and its account. */
export interface BaresipOptions {
  /** Display name. */
  readonly name: string;
  readonly sipPort: number;
  /** As in baresip's accounts, such as `opus/48000/2` or `PCMA/8000/1`. */
  readonly audioCodec: string;
  readonly videoCodec: 'H264' | 'VP8';
  /** Video file that plays as camera. */
  readonly picture: string;
  /** WAV file that plays as microphone. */
  readonly sound: string;
  /** SIP URI of a proxy that all new calls go through. */
  readonly outbound?: string;
  readonly transport?: 'udp' | 'tcp';
  /** Speaks IPv6 and nothing else. */
  readonly ipv6?: boolean;
  /** Where it registers, and with which password it registers and calls. */
  readonly registration?: {
    /** Host and port of the registrar. */
    readonly registrar: string;
    readonly user: string;
    readonly password: string;
  };
}

/** The last chunk of a PNG file, which is empty: IEND with its checksum (PNG §11.2.5). */
const PNG_END = Buffer.from('49454e44ae426082', 'hex');
/** Seconds between two registrations, unless the registrar wants them sooner. */
const REGISTRATION_INTERVAL = 60;

interface ControlEvent {
  readonly event?: boolean;
  readonly type?: string;
  readonly response?: boolean;
  readonly data?: string;
}

/** A baresip: a SIP video endpoint of strangers, with a file as camera and a file as microphone. */
export class Baresip {
  readonly #child: ChildProcess;
  readonly #folder: string;
  readonly #control: Socket;
  readonly #events: ControlEvent[] = [];
  readonly #output: () => string;
  #taken = 0;

  private constructor(child: ChildProcess, folder: string, control: Socket, output: () => string) {
    this.#child = child;
    this.#folder = folder;
    this.#control = control;
    this.#output = output;
    const reader = new NetstringReader();
    control.on('data', (chunk) => {
      for (const message of reader.push(chunk)) {
        this.#events.push(JSON.parse(message));
      }
    });
    control.on('error', () => undefined);
  }

  /** Starts it; resolves when it takes commands. */
  static async start(options: BaresipOptions): Promise<Baresip> {
    const { room } = currentTestNetwork();
    const folder = await mkdtemp(join(tmpdir(), 'classbridge-baresip-'));
    const address = options.ipv6 === true ? room.address6 : room.address;
    const controlPort = options.sipPort + 1000;
    await writeFile(join(folder, 'config'), configuration(options, address, controlPort, folder));
    await writeFile(join(folder, 'accounts'), account(options, address));
    await writeFile(join(folder, 'contacts'), '');
    const child = spawnPeer('usr/bin/baresip', ['-f', folder, '-v'], folder, { HOME: folder });
    let output = '';
    const collect = (chunk: Buffer) => {
      output = `${output}${chunk.toString()}`.slice(-100_000);
    };
    child.stdout?.on('data', collect);
    child.stderr?.on('data', collect);
    const control = await until('baresip takes commands', 10_000, async () => {
      if (child.exitCode !== null) {
        throw new Error(`baresip ended:\n${output}`);
      }
      return await tryConnect(controlPort);
    });
    return new Baresip(child, folder, control, () => output);
  }

  /** Calls a SIP URI; resolves when the call is up. Rejects with baresip's words when it ends before. */
  async dial(uri: string): Promise<void> {
    this.#command('dial', uri);
    await until('the call is up', 10_000, () => {
      const closed = this.#events.find(({ type }) => type === 'CALL_CLOSED');
      if (closed !== undefined) {
        throw new Error(`the call was closed: ${JSON.stringify(closed)}`);
      }
      return this.#events.find(({ type }) => type === 'CALL_ESTABLISHED');
    });
  }

  /** What it wrote, for the report of a failure. */
  get output(): string {
    return this.#output();
  }

  /** Types of the events so far. */
  get events(): string[] {
    return this.#events.flatMap(({ type }) => (type === undefined ? [] : [type]));
  }

  /** What the far side last said when it refused or ended a call. */
  get closedBecause(): string | undefined {
    const closed = this.#events.findLast(({ type }) => type === 'CALL_CLOSED');
    return closed === undefined ? undefined : JSON.stringify(closed);
  }

  /** Resolves when it is registered. Rejects with its words when the registrar refuses. */
  async registered(): Promise<void> {
    // Read off what it writes: its events may come before we are connected to hear them.
    await until('baresip is registered', 5000, () => {
      const refused = /reg: .*: ([3-6]\d\d [^\n]*)/.exec(this.output)?.[1];
      if (refused !== undefined) {
        throw new Error(`the registrar refuses: ${refused}`);
      }
      return /200 OK \(\) \[\d+ binding/.test(this.output) ? true : undefined;
    });
  }

  /** Sends the far side elsewhere by REFER. */
  transfer(uri: string): void {
    this.#command('transfer', uri);
  }

  hangUp(): void {
    this.#command('hangup');
  }

  /** A picture that baresip has decoded of what it is sent. */
  async snapshot(): Promise<Still> {
    this.#taken += 1;
    const file = join(this.#folder, `seen-${this.#taken}.png`);
    this.#command('snapshot_recv', file);
    return await until('baresip takes a snapshot', 5000, async () => {
      // Not there, or not whole yet: what is cut off would be read as far as it goes.
      const written = await readFile(file).catch(() => undefined);
      return written?.subarray(-PNG_END.length).equals(PNG_END) === true ? await readStill(file) : undefined;
    });
  }

  /** All that it has heard so far. */
  heard(): Promise<Sound> {
    return readWav(join(this.#folder, 'heard.wav'));
  }

  /** Ends without a word to anybody, as in a power failure. */
  async kill(): Promise<void> {
    this.#child.kill('SIGKILL');
    await this.stop();
  }

  /** Ends it; it takes its registration away before. */
  async stop(): Promise<void> {
    this.#control.destroy();
    if (this.#child.exitCode === null && this.#child.signalCode === null) {
      const gone = once(this.#child, 'exit');
      this.#child.kill('SIGTERM');
      const forced = setTimeout(() => this.#child.kill('SIGKILL'), 3000);
      await gone;
      clearTimeout(forced);
    }
    await rm(this.#folder, { recursive: true, force: true });
  }

  #command(command: string, params?: string): void {
    this.#control.write(netstring(JSON.stringify({ command, ...(params === undefined ? {} : { params }) })));
  }
}

function tryConnect(port: number): Promise<Socket | undefined> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    socket.once('connect', () => resolve(socket));
    socket.once('error', () => resolve(undefined));
  });
}

/** An address as the host of a URI. */
function hostOf(address: string): string {
  return isIPv6(address) ? `[${address}]` : address;
}

function account(options: BaresipOptions, address: string): string {
  const { name, sipPort, audioCodec, videoCodec, outbound, transport = 'udp', registration } = options;
  const via = outbound === undefined ? '' : `;outbound="${outbound}"`;
  const [user, host, credentials] =
    registration === undefined
      ? ['room', `${hostOf(address)}:${sipPort}`, ';regint=0']
      : [
          registration.user,
          registration.registrar,
          `;regint=${REGISTRATION_INTERVAL};auth_user=${registration.user};auth_pass=${registration.password}`,
        ];
  return `"${name}" <sip:${user}@${host};transport=${transport}>${credentials};answermode=auto;audio_codecs=${audioCodec};video_codecs=${videoCodec}${via}\n`;
}

function configuration(options: BaresipOptions, address: string, controlPort: number, folder: string): string {
  const modules = ['opus', 'g722', 'g711', 'aufile', 'avcodec', 'vp8', 'avformat', 'swscale', 'fakevideo', 'snapshot'];
  return [
    `sip_listen ${hostOf(address)}:${options.sipPort}`,
    ...(options.ipv6 === true ? ['net_af ipv6'] : []),
    `net_interface ${address}`,
    'call_max_calls 4',
    `audio_player aufile,${join(folder, 'heard.wav')}`,
    `audio_source aufile,${options.sound}`,
    `audio_alert aufile,${options.sound}`,
    'ausrc_srate 48000',
    'auplay_srate 48000',
    'ausrc_channels 1',
    'auplay_channels 1',
    'audio_buffer 20-160',
    `video_source avformat,${options.picture}`,
    'video_display fakevideo,nil',
    'video_size 640x360',
    'video_bitrate 500000',
    'video_fps 25.00',
    'videnc_format yuv420p',
    `rtp_ports ${options.sipPort + 20000}-${options.sipPort + 20100}`,
    'rtcp_mux no',
    'jitter_buffer_delay 5-10',
    'poll_method epoll',
    `module_path ${peerPath('usr/lib/baresip/modules')}`,
    ...modules.map((name) => `module ${name}.so`),
    ...['uuid', 'account'].map((name) => `module_tmp ${name}.so`),
    ...['contact', 'menu', 'ctrl_tcp'].map((name) => `module_app ${name}.so`),
    `ctrl_tcp_listen 127.0.0.1:${controlPort}`,
    'opus_bitrate 28000',
    '',
  ].join('\n');
}
