import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { h323PeerFolder } from '#deploy/peers.ts';
import { until } from '../media/until.ts';

/** One Asterisk that speaks H.323 with the gateway (chan_ooh323). */
export interface AsteriskOptions {
  /** Command that programs are run behind, such as `ip netns exec NAME`; empty for none. */
  readonly behind: readonly string[];
  /** Its own address, for signalling and media. */
  readonly address: string;
  /** Address that it calls, and takes calls from. */
  readonly gateway: string;
  readonly fastStart: boolean;
  readonly tunnelling: boolean;
  /** Its number. */
  readonly number: string;
  readonly name: string;
  /** Address of the gatekeeper that it registers at; it calls directly without one. */
  readonly gatekeeper?: string;
  /** G.711 of which law. */
  readonly codec: 'ulaw' | 'alaw';
  /** Whether it writes no log of H.323, which costs more than the calls; default false. */
  readonly isQuiet?: boolean;
}

const run = promisify(execFile);
/** ms. */
const START_TIME = 20_000;
const PORT = 1720;

/**
 * Asterisk with chan_ooh323: an H.323 stack of strangers, sound only. Its callers and called hear a tone of 1004 Hz (Milliwatt, number
 * 602), their own voice (Echo, 600), nothing (605), or are recorded (604).
 */
export class Asterisk {
  readonly #child: ChildProcess;
  readonly #folder: string;
  readonly #behind: readonly string[];
  /** What stands behind a number: who registered at a gatekeeper dials the number alone. */
  readonly #way: string;
  #output = '';

  private constructor(child: ChildProcess, folder: string, { behind, gatekeeper }: AsteriskOptions) {
    this.#child = child;
    this.#way = gatekeeper === undefined ? '@gateway' : '';
    this.#folder = folder;
    this.#behind = behind;
    for (const stream of [child.stdout, child.stderr]) {
      stream?.on('data', (chunk: Buffer) => {
        this.#output = `${this.#output}${chunk.toString()}`.slice(-100_000);
      });
    }
  }

  /** Starts it; resolves when it takes calls. */
  static async start(options: AsteriskOptions): Promise<Asterisk> {
    const folder = await mkdtemp(join(tmpdir(), 'classbridge-asterisk-'));
    for (const name of ['etc', 'db', 'spool', 'run', 'log']) {
      await mkdir(join(folder, name));
    }
    for (const [name, text] of Object.entries(configuration(options, folder))) {
      await writeFile(join(folder, 'etc', name), text);
    }
    const [program = '', ...parameters] = [...options.behind, ...asterisk(folder), '-f'];
    const child = spawn(program, parameters, { stdio: ['ignore', 'pipe', 'pipe'] });
    const started = new Asterisk(child, folder, options);
    await until('Asterisk is ready', START_TIME, async () =>
      (await started.#command('core waitfullybooted').catch(() => '')).includes('fully booted') ? true : undefined,
    ).catch((error: unknown) => {
      throw new Error(`${String(error)}\n${started.#output.slice(-3000)}`);
    });
    return started;
  }

  /** Process id: programs that it runs behind become it. @throws Error where it was not started */
  get processId(): number {
    if (this.#child.pid === undefined) {
      throw new Error('Asterisk was not started');
    }
    return this.#child.pid;
  }

  /** What it wrote, its log of H.323 included. */
  async log(): Promise<string> {
    return `${this.#output}\n${await readFile(join(this.#folder, 'log', 'h323.log'), 'utf8').catch(() => '')}`;
  }

  /** Calls this number at the gateway, or through the gatekeeper; `plays` is what the far side gets to hear. */
  async call(number: string, plays: 'milliwatt' | 'echo' | 'record'): Promise<void> {
    const application = {
      milliwatt: 'application Milliwatt',
      echo: 'application Echo',
      record: `application Record ${this.recording},0,0,k`,
    };
    await this.#command(`channel originate OOH323/${number}${this.#way} ${application[plays]}`);
  }

  /** Where what it hears is recorded, 8000 Hz. */
  get recording(): string {
    return join(this.#folder, 'heard.wav');
  }

  /** Calls that are up. */
  async channels(): Promise<readonly string[]> {
    const text = await this.#command('core show channels concise');
    return text.split('\n').filter((line) => line.includes('!'));
  }

  async hangUp(): Promise<void> {
    await this.#command('channel request hangup all');
  }

  /** Sends keys into its call. */
  async press(channel: string, digits: string): Promise<void> {
    await this.#command(`channel send digits ${channel} ${digits}`);
  }

  async stop(): Promise<void> {
    if (this.#child.exitCode === null && this.#child.signalCode === null) {
      const gone = once(this.#child, 'exit');
      await this.#command('core stop now').catch(() => '');
      const forced = setTimeout(() => this.#child.kill('SIGKILL'), 3000);
      await gone;
      clearTimeout(forced);
    }
    await rm(this.#folder, { recursive: true, force: true });
  }

  async #command(text: string): Promise<string> {
    const [program = '', ...parameters] = [...this.#behind, ...asterisk(this.#folder), '-rx', text];
    const { stdout } = await run(program, parameters, { timeout: 10_000 });
    return stdout;
  }
}

/** The program by its own suite's loader and libraries: it needs no chroot. */
function asterisk(folder: string): string[] {
  const root = h323PeerFolder();
  const triplet = process.arch === 'arm64' ? 'aarch64-linux-gnu' : 'x86_64-linux-gnu';
  const loader = process.arch === 'arm64' ? 'ld-linux-aarch64.so.1' : 'ld-linux-x86-64.so.2';
  const libraries = [`${root}/lib/${triplet}`, `${root}/usr/lib/${triplet}`, `${root}/usr/lib`].join(':');
  return [
    `${root}/lib/${triplet}/${loader}`,
    '--library-path',
    libraries,
    `${root}/usr/sbin/asterisk`,
    '-C',
    join(folder, 'etc', 'asterisk.conf'),
  ];
}

function configuration(options: AsteriskOptions, folder: string): Record<string, string> {
  const root = h323PeerFolder();
  const { address, gateway, fastStart, tunnelling, number, name, gatekeeper, codec } = options;
  const yes = (value: boolean) => (value ? 'yes' : 'no');
  return {
    'asterisk.conf': `[directories]
astetcdir => ${folder}/etc
astmoddir => ${root}/usr/lib/asterisk/modules
astvarlibdir => ${root}/var/lib/asterisk
astdbdir => ${folder}/db
astkeydir => ${root}/var/lib/asterisk
astdatadir => ${root}/usr/share/asterisk
astagidir => ${root}/usr/share/asterisk/agi-bin
astspooldir => ${folder}/spool
astrundir => ${folder}/run
astlogdir => ${folder}/log
[options]
verbose = ${options.isQuiet === true ? 0 : 3}
`,
    'modules.conf': `[modules]
autoload=no
${MODULES.map((module) => `load => ${module}.so`).join('\n')}
`,
    'logger.conf': `[general]
[logfiles]
console => notice,warning,error,verbose
`,
    'rtp.conf': `[general]
rtpstart=20000
rtpend=20999
`,
    'extensions.conf': `[default]
exten => 600,1,Answer()
 same => n,Echo()
exten => 605,1,Answer()
 same => n,Wait(60)
exten => 604,1,Answer()
 same => n,Record(${join(folder, 'heard.wav')},0,0,k)
exten => _X.,1,Answer()
 same => n,Milliwatt()
exten => s,1,Answer()
 same => n,Milliwatt()
exten => _[a-z].,1,Answer()
 same => n,Milliwatt()
`,
    'ooh323.conf': `[general]
bindaddr=${address}
port=${PORT}
h323id=${name}
e164=${number}
callerid=${name}
gatekeeper=${gatekeeper ?? 'DISABLE'}
faststart=${yes(fastStart)}
h245tunneling=${yes(tunnelling)}
context=default
disallow=all
allow=${codec}
dtmfmode=h245alphanumeric
tracelevel=${options.isQuiet === true ? 0 : 6}
logfile=${folder}/log/h323.log
[gateway]
type=friend
context=default
ip=${gateway}
port=${PORT}
disallow=all
allow=${codec}
`,
    'manager.conf': '[general]\nenabled=no\n',
  };
}

/** In the order in which they need each other. */
const MODULES = [
  'res_timing_timerfd',
  'res_sorcery_config',
  'res_sorcery_memory',
  'res_pjproject',
  'res_rtp_asterisk',
  'codec_ulaw',
  'codec_alaw',
  'format_wav',
  'app_dial',
  'app_echo',
  'app_milliwatt',
  'app_record',
  'bridge_simple',
  'bridge_softmix',
  'func_channel',
  'res_clioriginate',
  'pbx_config',
  'chan_ooh323',
];
