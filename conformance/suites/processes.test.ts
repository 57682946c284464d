import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { GATEWAY_V8_FLAGS } from '#gateway/supervision/gateway-memory.ts';
import { until } from '../media/until.ts';
import { RunningService } from '../service/running-service.ts';
import { engineProcesses, serviceProcesses } from '../service/service-processes.ts';

// What the processes of the running service were started with.

/** ms in which a process is started, and another one stands by. */
const STARTED = 20_000;

let service: RunningService;

before(async () => {
  service = await RunningService.start();
});

after(async () => {
  await service?.stop();
});

/** The processes that were started with the flags of V8 for a gateway, and how many of these flags there are in all. */
function flagged(): { readonly processes: number[]; readonly flags: number } {
  const found = serviceProcesses().map(({ pid, command }) => ({
    pid,
    flags: command.split(' ').filter((word) => GATEWAY_V8_FLAGS.some((flag) => flag === word)).length,
  }));
  return {
    processes: found.filter(({ flags }) => flags > 0).map(({ pid }) => pid),
    flags: found.reduce((sum, { flags }) => sum + flags, 0),
  };
}

async function checkFlags(): Promise<void> {
  await until('an engine, and one that stands by', STARTED, () => engineProcesses().length === 2 || undefined);
  // Supervisor, gateway, media server, and the engines.
  assert.ok(serviceProcesses().length >= 5);
  assert.deepEqual(flagged(), { processes: [service.gateway], flags: GATEWAY_V8_FLAGS.length });
}

test('the new space of the gateway is its own: no other process has its flags, whoever is started again', async () => {
  await checkFlags();
  const [engine] = engineProcesses();
  assert.ok(engine);
  process.kill(engine.pid, 'SIGKILL');
  await until(
    'the engine is gone',
    STARTED,
    () => engineProcesses().every(({ pid }) => pid !== engine.pid) || undefined,
  );
  await checkFlags();
  const { gateway } = service;
  process.kill(gateway, 'SIGKILL');
  await until('another gateway', STARTED, () => service.gateway !== gateway || undefined);
  await until('that is ready', STARTED, () =>
    service.health().then(
      ({ status }) => status === 200 || undefined,
      () => undefined,
    ),
  );
  await checkFlags();
});
