// npm run bare: does `npm start` alone bring the service up on a machine that has only Node and npm? Run on a throw-away
// Debian with a clone of the last commit: started, called over SIP, stopped, and started again in under 5 s.
// `npm run bare -- setup` stops after the setup, without starting the service.
import { once } from 'node:events';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { BareMachine } from './bare/bare-machine.ts';
import { pickPorts, ServiceRun } from './bare/service-run.ts';
import { callClass } from './bare/sip-call.ts';
import { cacheRoot } from './setup/cache.mjs';
import { withLock } from './setup/lock.mjs';

const PROJECT = fileURLToPath(new URL('..', import.meta.url)).replace(/\/$/, '');
const FIRST_START_WITHIN = 20 * 60_000;
const SECOND_START_WITHIN = 5_000;
const CALL_WITHIN = 20_000;

/** A class that exists with the configuration as it comes. */
const CLASS = '1001';

const say = (text: string) => console.log(`bare: ${text}`);
const inside = (line: string) => console.log(`  | ${line}`);
const seconds = (milliseconds: number) => `${(milliseconds / 1000).toFixed(1)} s`;

async function setUpOnly(machine: BareMachine): Promise<void> {
  for (const time of ['first', 'second']) {
    const begin = performance.now();
    const setup = machine.start(['node', 'deploy/setup.mjs', 'start']);
    for (const stream of [setup.stdout, setup.stderr]) {
      stream?.on('data', (chunk: Buffer) => inside(chunk.toString('utf8').trimEnd()));
    }
    const [code] = await once(setup, 'close');
    if (code !== 0) throw new Error(`the ${time} setup ended with ${code}`);
    say(`the ${time} setup took ${seconds(performance.now() - begin)}`);
  }
}

async function startAndCall(machine: BareMachine): Promise<void> {
  const ports = await pickPorts();
  for (const [time, within] of [
    ['first', FIRST_START_WITHIN],
    ['second', SECOND_START_WITHIN],
  ] as const) {
    const service = new ServiceRun(machine, ports, inside);
    say(`${time} start: ready after ${seconds(await service.ready(within))}`);
    const begin = performance.now();
    await callClass({ host: '127.0.0.1', port: ports.sip, user: CLASS }, CALL_WITHIN);
    say(
      `${time} start: a SIP call was answered, gave sound and picture (PCMA, H.264), and ended, in ${seconds(performance.now() - begin)}`,
    );
    say(`${time} start: stopped in ${seconds(await service.stop())}`);
  }
}

async function main(): Promise<void> {
  if (process.getuid?.() !== 0) throw new Error('only root can make a bare machine: run it with sudo');
  await withLock(join(cacheRoot(), 'bare.lock'), {
    onWait: () => say('another one is at work on this machine, waiting for it'),
    work: async () => {
      const machine = await BareMachine.make(PROJECT, say);
      for (const signal of ['SIGINT', 'SIGTERM'] as const) {
        process.once(signal, () => {
          machine.remove();
          process.exit(1);
        });
      }
      try {
        await (process.argv[2] === 'setup' ? setUpOnly(machine) : startAndCall(machine));
      } finally {
        machine.remove();
      }
    },
  });
  say('passed');
}

try {
  await main();
} catch (error) {
  say(`FAILED: ${error instanceof Error ? error.message : error}`);
  process.exitCode = 1;
}
