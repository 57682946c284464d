// npm run demo: the service with simulated classrooms in a lesson. Ctrl-C ends it.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { ConfigurationFault, readConfiguration } from '#gateway/configuration/read.ts';
import { H323Host } from './host/h323-host.ts';
import { HostSignalling } from './host/host-signalling.ts';
import { encodePictureLoop } from './host/picture-loop.ts';
import { SimulatedHost } from './host/simulated-host.ts';
import { encodeBeepLoop } from './host/sound-loop.ts';

const OLDEST_NODE = 24;
const LOOPBACK = '127.0.0.1';
const MAIN = fileURLToPath(new URL('../gateway/main.ts', import.meta.url));
/** ms that the service may take to come up. */
const PATIENCE = 30_000;
/** Two seconds of 360p, as rooms on poor lines send. */
const CAMERA = { width: 640, height: 360, frameRate: 25, bitRate: 500_000, frames: 50 };

/** The rooms of the demonstration, what they speak, and the pitch of each one's beep in Hz. */
const ROOMS = [
  { name: '中心小学 Main room', protocol: 'SIP', frequency: 400 },
  { name: '红星小学 Hongxing', protocol: 'H.323', frequency: 900 },
  { name: '阳光小学 Yangguang', protocol: 'SIP', frequency: 1400 },
] as const;

async function main(): Promise<number> {
  const configuration = readConfiguration('', process.env);
  const [lesson] = configuration.lessons.classes;
  // In a process group of its own: a terminal's Ctrl-C reaches it once, from here.
  const service = spawn(process.execPath, [MAIN, ...process.argv.slice(2)], { stdio: 'inherit', detached: true });
  const ended = once(service, 'exit');
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.on(signal, () => service.kill('SIGTERM'));
  }
  process.on('exit', () => service.kill('SIGTERM'));
  const { address, port } = configuration.operator;
  if (!(await isReady(`http://${address}:${port}/health`, () => service.exitCode !== null))) {
    service.kill('SIGTERM');
    return 1;
  }
  const signalling = await HostSignalling.open(LOOPBACK);
  const hosts: { hangUp(): Promise<void> }[] = [];
  const code = lesson?.code ?? '';
  for (const [index, { name, protocol: wished, frequency }] of ROOMS.entries()) {
    const protocol = configuration.h323.enabled ? wished : 'SIP';
    const picture = await encodePictureLoop({ ...CAMERA, host: index + 1 });
    const sound = await encodeBeepLoop(protocol === 'SIP' ? 'opus' : 'G722', frequency);
    const room = { name, pictures: [picture], sounds: [sound], watches: false };
    if (protocol === 'SIP') {
      const host = await SimulatedHost.open({ signalling, ...room });
      await host.dial(`sip:${code}@${LOOPBACK}:${configuration.sip.port}`);
      hosts.push(host);
    } else {
      const host = await H323Host.open({ address: LOOPBACK, ...room });
      await host.dial({ address: LOOPBACK, port: configuration.h323.port }, code);
      hosts.push(host);
    }
    console.log(`${name} is in the lesson, by ${protocol}`);
  }
  console.log('\nOpen the page above to see the lesson. Ctrl-C ends it.\n');
  const [exitCode] = await ended;
  await Promise.all(hosts.map((host) => host.hangUp()));
  await signalling.close();
  return typeof exitCode === 'number' ? exitCode : 0;
}

async function isReady(health: string, hasEnded: () => boolean): Promise<boolean> {
  const deadline = performance.now() + PATIENCE;
  while (performance.now() < deadline && !hasEnded()) {
    try {
      if ((await fetch(health)).ok) {
        return true;
      }
    } catch {
      // Not listening yet.
    }
    await sleep(200);
  }
  return false;
}

if (Number.parseInt(process.versions.node, 10) < OLDEST_NODE) {
  console.error(`The demonstration needs Node ${OLDEST_NODE}, this is ${process.versions.node}: npm run demo`);
  process.exitCode = 1;
} else {
  try {
    process.exitCode = await main();
  } catch (error) {
    console.error(error instanceof ConfigurationFault ? `The configuration is wrong:\n${error.message}` : error);
    process.exitCode = 1;
  }
  process.exit();
}
