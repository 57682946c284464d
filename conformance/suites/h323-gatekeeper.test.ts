import assert from 'node:assert/strict';
import { after, afterEach, before, test } from 'node:test';
import { exampleGatekeeper } from '#signaling/h323/ras/example-services.ts';
import { userWithPassword } from '#signaling/h323/ras/security/ras-user.ts';
import { CODE, LessonStage } from '../h323/asterisk-lesson.ts';
import { until } from '../media/until.ts';
import { currentTestNetwork } from '../network/test-network.ts';
import { RunningService } from '../service/running-service.ts';

// The same strangers, who find the service by a gatekeeper and are found by it: by ours, and by another one where we are registered
// ourselves.

const NUMBER = '100';
const RAS_PORT = 1719;
const PATIENCE = 20_000;

let service: RunningService | undefined;
let stage: LessonStage;

before(async () => {
  stage = await LessonStage.open();
});

afterEach(async () => {
  await service?.stop();
  service = undefined;
});

after(async () => {
  await stage?.close();
});

for (const [fastStart, tunnelling] of [
  [true, true],
  [false, false],
] as const) {
  const kind = `${fastStart ? 'fast' : 'slow'} start, ${tunnelling ? '' : 'not '}tunnelled`;
  test(`Asterisk registers here by its number, calls a class and is called by it: ${kind}`, {
    timeout: 120_000,
  }, async (t) => {
    const { room, service: host } = currentTestNetwork();
    service = await RunningService.start();
    const here = service;
    await stage.speak({
      service: here,
      test: t,
      asterisk: {
        address: room.address,
        gateway: host.address,
        gatekeeper: host.address,
        fastStart,
        tunnelling,
        codec: 'ulaw',
      },
      number: NUMBER,
      to: NUMBER,
      ready: () =>
        until('Asterisk is registered', PATIENCE, async () =>
          (await here.metric('classbridge_ras_registrations')) === 1 ? true : undefined,
        ).then(() => undefined),
    });
    // Asked for every call, and told of every end.
    await until('no call is left at the gatekeeper', PATIENCE, async () =>
      (await here.metric('classbridge_ras_calls')) === 0 ? true : undefined,
    );
  });
}

test('the service registers with a password at another gatekeeper; Asterisk reaches it there by the class code', {
  timeout: 120_000,
}, async (t) => {
  const { room, service: host } = currentTestNetwork();
  const gatekeeper = exampleGatekeeper({
    listen: { address: room.address, port: RAS_PORT },
    // Asterisk takes its calls at this address.
    callSignalPort: 1730,
    users: [userWithPassword('classbridge', 'geheim')],
    bandwidth: { perCall: 80_000, total: 1_000_000 },
  });
  await gatekeeper.start();
  try {
    service = await RunningService.start({
      CLASSBRIDGE_H323_UPSTREAM: JSON.stringify({
        gatekeepers: [room.address],
        aliases: [CODE, 'classbridge'],
        user: 'classbridge',
        password: 'geheim',
        unregisteredCalls: 'refused',
      }),
    });
    const here = service;
    await until('the service is registered', PATIENCE, async () =>
      (await here.metric('classbridge_ras_upstream_registered')) === 1 ? true : undefined,
    );
    assert.equal(gatekeeper.lookup(CODE)?.user, 'classbridge');
    assert.equal(gatekeeper.lookup(CODE)?.callSignalAddresses[0]?.address, host.address);
    await stage.speak({
      service: here,
      test: t,
      asterisk: {
        address: room.address,
        gateway: host.address,
        gatekeeper: room.address,
        fastStart: true,
        tunnelling: true,
        codec: 'alaw',
      },
      number: NUMBER,
      to: `h323:${NUMBER}`,
      ready: () =>
        until('Asterisk is registered', PATIENCE, () =>
          Promise.resolve(gatekeeper.lookup(NUMBER) === undefined ? undefined : true),
        ).then(() => undefined),
    });
    await until('no call is left at the gatekeeper', PATIENCE, () =>
      Promise.resolve(gatekeeper.usage().calls === 0 ? true : undefined),
    );
  } finally {
    await gatekeeper.close();
  }
});
