import assert from 'node:assert/strict';
import { once } from 'node:events';
import { test } from 'node:test';
import { negotiate } from '#codecs/media/negotiate.ts';
import type { RoomCall } from '../../call/room-call.ts';
import { exampleApplication, ROOM_CAPABILITIES, until } from '../application/example-application.ts';
import type { H323Application } from '../application/h323-application.ts';
import type { InboundH323Call } from '../call/inbound-h323-call.ts';
import { AdmissionRefused } from './admission.ts';
import type { EndpointService } from './endpoint/endpoint-service.ts';
import { exampleEndpoint, exampleGatekeeper } from './example-services.ts';
import { userWithPassword } from './security/ras-user.ts';

for (const discovery of [true, false]) {
  for (const kind of ['password', 'hash', 'none'] as const) {
    test(`two gateways at a gatekeeper, ${discovery ? 'asked for' : 'known'}, ${kind}`, {
      timeout: 30_000,
    }, async () => {
      const users = kind === 'none' ? [] : [userWithPassword('school', 'geheim'), userWithPassword('town', 'secret')];
      const gatekeeper = exampleGatekeeper({ users, authentication: kind === 'none' ? 'optional' : 'required' });
      await gatekeeper.start();
      const services: EndpointService[] = [];
      const applications: H323Application[] = [];
      const register = async (name: string, digits: string, application?: H323Application) => {
        const user = users.find((known) => known.name === name);
        const service = exampleEndpoint({
          callSignalPort: application?.address.port ?? 1720,
          gatekeepers: [gatekeeper.address],
          discovery,
          aliases: [
            { type: 'h323-ID', value: name },
            { type: 'dialedDigits', value: digits },
          ],
          user: user === undefined || kind === 'password' ? user : { ...user, password: undefined },
        });
        services.push(service);
        await service.start();
        await until(`${name} is registered`, () => service.state === 'registered');
        return service;
      };
      try {
        for (const [name, digits] of [
          ['school', '1001'],
          ['town', '2002'],
        ] as const) {
          // The place of its calls must be known to register, the registration to take calls.
          const application: H323Application = applicationWith(() => services[applications.indexOf(application)]);
          applications.push(application);
          await application.start();
          await register(name, digits, application);
        }
        const [school, town] = applications;
        assert.ok(school !== undefined && town !== undefined);
        assert.equal(gatekeeper.lookup('2002')?.callSignalAddresses[0]?.port, town.address.port);
        const arriving = once(town, 'call');
        const outbound = await school.dial({ address: undefined, alias: '2002', target: 'A', displayName: 'School' });
        await propose(outbound);
        const [call]: InboundH323Call[] = await arriving;
        assert.equal(call?.target, '2002');
        assert.deepEqual(gatekeeper.usage(), { calls: 1, bandwidth: 19_200 });
        outbound.end('local-hangup');
        await until('the call is forgotten', () => gatekeeper.usage().calls === 0);
        await assert.rejects(
          school.dial({ address: undefined, alias: '3003', target: 'A', displayName: 'School' }),
          (error) => error instanceof AdmissionRefused && error.reason === 'unreachable',
        );
        await services[1]?.close();
        await until('the town is gone', () => gatekeeper.lookup('2002') === undefined);
      } finally {
        await Promise.all(applications.map((one) => one.close()));
        await Promise.all(services.map((one) => one.close()));
        await gatekeeper.close();
      }
    });
  }
}

/** Lets a call of ours go out, with sound and picture. */
async function propose(call: RoomCall): Promise<void> {
  await call.prepare();
  const { offer, complete } = call.invitation;
  assert.ok(offer);
  const at = (port: number) => ({ address: '127.0.0.1', port });
  const transport = { audio: at(40_000), main: at(40_002) };
  const result = negotiate(offer, ROOM_CAPABILITIES, transport, { origin: { sessionId: '1', version: '1' } });
  assert.ok('answer' in result);
  complete(result.answer).catch(() => undefined);
}

/** An application whose admission is that of a service which starts later. */
function applicationWith(service: () => EndpointService | undefined): H323Application {
  return exampleApplication({
    admission: {
      admit: (call) =>
        service()?.admission().admit(call) ??
        Promise.resolve({ outcome: 'refused', reason: 'unreachable', detail: 'not made' }),
      release: (call) => service()?.admission().release(call),
    },
  });
}

test('a gatekeeper that goes is left; its rooms come back when it does', { timeout: 30_000 }, async () => {
  const first = exampleGatekeeper({});
  await first.start();
  const { port } = first.address;
  const service = exampleEndpoint({
    gatekeepers: [first.address],
    discovery: true,
    aliases: [{ type: 'dialedDigits', value: '1001' }],
    prefixes: ['77'],
    unregisteredCalls: 'admitted',
  });
  await service.start();
  try {
    await until('it is registered', () => service.state === 'registered');
    assert.equal(service.isGatekeeper('127.0.0.1'), true);
    await first.close();
    await until('it knows that the gatekeeper is gone', () => service.state === 'waiting');
    const second = exampleGatekeeper({ listen: { address: '127.0.0.1', port } });
    await second.start();
    await until('it is registered again', () => service.state === 'registered');
    await second.close();
  } finally {
    await service.close();
    await first.close();
  }
});
