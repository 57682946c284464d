import assert from 'node:assert/strict';
import { once } from 'node:events';
import { test } from 'node:test';
import { negotiate } from '#codecs/media/negotiate.ts';
import type { MediaExchange } from '../../call/call.ts';
import type { RoomCall } from '../../call/room-call.ts';
import { exampleApplication, ROOM_CAPABILITIES, until } from '../application/example-application.ts';
import type { H323Application } from '../application/h323-application.ts';
import type { InboundH323Call } from '../call/inbound-h323-call.ts';
import type { EndpointService } from './endpoint/endpoint-service.ts';
import { exampleEndpoint, exampleGatekeeper } from './example-services.ts';
import type { GatekeeperService, WayQuestion } from './gatekeeper/gatekeeper-service.ts';

// Call signalling of two registered rooms that goes through the gatekeeper's own host.

function answer({ offer, complete }: MediaExchange, port: number): void {
  assert.ok(offer);
  const at = (number: number) => ({ address: '127.0.0.1', port: number });
  const result = negotiate(
    offer,
    ROOM_CAPABILITIES,
    { audio: at(port), main: at(port + 2) },
    {
      origin: { sessionId: '1', version: '1' },
    },
  );
  assert.ok('answer' in result);
  complete(result.answer).catch(() => undefined);
}

async function join(call: RoomCall, port: number): Promise<void> {
  call.on('media', (exchange) => answer(exchange, port));
  await call.prepare();
  answer(call.invitation, port);
}

for (const tunnelling of [true, false]) {
  test(`two rooms speak through the gatekeeper's host, H.245 ${tunnelling ? 'tunnelled' : 'from room to room'}`, {
    timeout: 30_000,
  }, async () => {
    const ways: WayQuestion[] = [];
    // The gatekeeper names the place of calls, so that place comes first.
    const centre: H323Application = exampleApplication({
      way: (question) => {
        ways.push(question);
        return gatekeeper.way(question);
      },
    });
    await centre.start();
    const gatekeeper: GatekeeperService = exampleGatekeeper({
      callSignalPort: centre.address.port,
      roomToRoom: 'routed',
    });
    await gatekeeper.start();
    const rooms: { application: H323Application; endpoint: EndpointService }[] = [];
    for (const value of ['1001', '2002']) {
      const application = exampleApplication({ tunnelling, admission: lazily(() => endpoint) });
      await application.start();
      const endpoint: EndpointService = exampleEndpoint({
        callSignalPort: application.address.port,
        gatekeepers: [gatekeeper.address],
        aliases: [{ type: 'dialedDigits', value }],
      });
      rooms.push({ application, endpoint });
      await endpoint.start();
      await until(`${value} is registered`, () => endpoint.state === 'registered');
    }
    const stranger = exampleApplication({ listen: { address: '127.0.0.2', port: 0 } });
    await stranger.start();
    try {
      const [one, other] = rooms;
      assert.ok(one && other);
      const arriving = once(other.application, 'call');
      const outbound = await one.application.dial({
        address: undefined,
        alias: '2002',
        target: 'A',
        displayName: 'One',
      });
      let isAnswered = false;
      outbound.once('answered', () => {
        isAnswered = true;
      });
      await join(outbound, 40_000);
      const [inbound]: InboundH323Call[] = await arriving;
      assert.ok(inbound);
      assert.equal(inbound.target, '2002');
      await join(inbound, 40_100);
      await until('it is answered', () => isAnswered);
      assert.deepEqual(
        ways.map(({ alias }) => alias),
        ['2002'],
        'it went through the middle',
      );
      assert.equal(centre.calls, 0, 'and is no call of the middle');
      assert.equal(centre.connections, 1);
      assert.ok(centre.isInCallWith('127.0.0.1'), 'but it stands, for who would ban its rooms');
      const ended = once(inbound, 'ended');
      outbound.end('local-hangup');
      assert.deepEqual(await ended, ['remote-hangup']);
      await until('nothing is left', () => centre.connections === 0 && gatekeeper.usage().calls === 0);

      // Nobody let the stranger in: his call is one for the middle itself.
      const taken = once(centre, 'call');
      const strange = await stranger.dial({ address: centre.address, alias: '2002', target: 'A', displayName: 'X' });
      await join(strange, 40_200);
      const [call]: InboundH323Call[] = await taken;
      assert.equal(call?.target, '2002');
      call?.end('unknown-class');
      await until('refused', () => stranger.calls === 0);
    } finally {
      await Promise.all([centre, stranger, ...rooms.map(({ application }) => application)].map((each) => each.close()));
      await Promise.all(rooms.map(({ endpoint }) => endpoint.close()));
      await gatekeeper.close();
    }
  });
}

test('a room whose NAT shows another address for TCP calls another room by its admission; a stranger does not', {
  timeout: 30_000,
}, async () => {
  const centre: H323Application = exampleApplication({ way: (question) => gatekeeper.way(question) });
  await centre.start();
  const gatekeeper: GatekeeperService = exampleGatekeeper({
    callSignalPort: centre.address.port,
    roomToRoom: 'routed',
  });
  await gatekeeper.start();
  const called = exampleApplication();
  // It registers from 127.0.0.1, and is at 127.0.0.3 for TCP.
  const caller = exampleApplication({
    listen: { address: '127.0.0.3', port: 0 },
    admission: lazily(() => endpoint),
  });
  const stranger = exampleApplication({ listen: { address: '127.0.0.3', port: 0 } });
  await Promise.all([called, caller, stranger].map((each) => each.start()));
  const registering = (value: string, callSignalPort: number) =>
    exampleEndpoint({
      callSignalPort,
      gatekeepers: [gatekeeper.address],
      aliases: [{ type: 'dialedDigits', value }],
    });
  const endpoint: EndpointService = registering('1001', 1721);
  const other = registering('2002', called.address.port);
  try {
    await Promise.all([endpoint.start(), other.start()]);
    await until('both are registered', () => endpoint.state === 'registered' && other.state === 'registered');
    const taken = once(centre, 'call');
    const strange = await stranger.dial({ address: centre.address, alias: '2002', target: 'A', displayName: 'X' });
    await join(strange, 40_400);
    const [refused]: InboundH323Call[] = await taken;
    refused?.end('unknown-class');
    await until('the stranger is refused', () => stranger.calls === 0);

    const arriving = once(called, 'call');
    const outbound = await caller.dial({ address: undefined, alias: '2002', target: 'A', displayName: 'One' });
    await join(outbound, 40_500);
    const [inbound]: InboundH323Call[] = await arriving;
    assert.equal(inbound?.target, '2002');
    outbound.end('local-hangup');
    await until('nothing is left', () => centre.connections === 0 && gatekeeper.usage().calls === 0);
  } finally {
    await Promise.all([centre, called, caller, stranger].map((each) => each.close()));
    await Promise.all([endpoint, other].map((each) => each.close()));
    await gatekeeper.close();
  }
});

test('a room that does not take the connection is told of to the caller', { timeout: 30_000 }, async () => {
  const closed = exampleApplication({});
  await closed.start();
  const gone = closed.address;
  await closed.close();
  const centre = exampleApplication({ way: () => gone });
  const caller = exampleApplication({});
  await centre.start();
  await caller.start();
  try {
    const call = await caller.dial({ address: centre.address, alias: '2002', target: 'A', displayName: 'X' });
    const ended = once(call, 'ended');
    await join(call, 40_300);
    assert.deepEqual(await ended, ['unreachable']);
    await until('nothing is left', () => centre.connections === 0);
  } finally {
    await centre.close();
    await caller.close();
  }
});

function lazily(endpoint: () => EndpointService): ReturnType<EndpointService['admission']> {
  return {
    admit: (call) => endpoint().admission().admit(call),
    release: (call) => endpoint().admission().release(call),
  };
}
