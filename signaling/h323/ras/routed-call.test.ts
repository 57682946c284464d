import assert from 'node:assert/strict';
import { once } from 'node:events';
import { test } from 'node:test';
import { pino } from 'pino';
import { defaultCapabilities } from '#codecs/media/local-capabilities.ts';
import { negotiate } from '#codecs/media/negotiate.ts';
import type { MediaExchange } from '../../call/call.ts';
import type { RoomCall } from '../../call/room-call.ts';
import { H323Application, type H323ApplicationOptions } from '../application/h323-application.ts';
import type { InboundH323Call } from '../call/inbound-h323-call.ts';
import { EndpointService } from './endpoint/endpoint-service.ts';
import { GatekeeperService, type WayQuestion } from './gatekeeper/gatekeeper-service.ts';

// Call signalling of two registered rooms that goes through the gatekeeper's own host.

const log = pino({ level: 'silent' });
const LOCAL = defaultCapabilities({ videoBitRate: 2_000_000, maximumSize: '720p' });
const ANY = { address: '127.0.0.1', port: 0 };

function applicationWith(options: Partial<H323ApplicationOptions>): H323Application {
  return new H323Application({
    listen: ANY,
    h245Ports: { from: 22_400, to: 22_600 },
    capabilities: LOCAL,
    displayName: 'Room',
    tunnelling: true,
    fastStart: true,
    log,
    ...options,
  });
}

function answer({ offer, complete }: MediaExchange, port: number): void {
  assert.ok(offer);
  const at = (number: number) => ({ address: '127.0.0.1', port: number });
  const result = negotiate(
    offer,
    LOCAL,
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

async function until(what: string, condition: () => boolean): Promise<void> {
  for (let tried = 0; tried < 800; tried++) {
    if (condition()) {
      return;
    }
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  assert.fail(`never: ${what}`);
}

for (const tunnelling of [true, false]) {
  test(`two rooms speak through the gatekeeper's host, H.245 ${tunnelling ? 'tunnelled' : 'from room to room'}`, {
    timeout: 30_000,
  }, async () => {
    const ways: WayQuestion[] = [];
    // The gatekeeper names the place of calls, so that place comes first.
    const centre: H323Application = applicationWith({
      way: (question) => {
        ways.push(question);
        return gatekeeper.way(question);
      },
    });
    await centre.start();
    const gatekeeper: GatekeeperService = new GatekeeperService({
      listen: ANY,
      multicast: false,
      gatekeeperIdentifier: 'Province',
      callSignalPort: centre.address.port,
      users: [],
      authentication: 'optional',
      timeToLive: { usual: 60, minimum: 30, maximum: 300 },
      roomToRoom: 'routed',
      callsOutside: false,
      bandwidth: { perCall: 20_000, total: 30_000 },
      preGranted: false,
      alternates: [],
      neighbours: [],
      isOurs: () => false,
      log,
    });
    await gatekeeper.start();
    const rooms: { application: H323Application; endpoint: EndpointService }[] = [];
    for (const value of ['1001', '2002']) {
      const application = applicationWith({ tunnelling, admission: lazily(() => endpoint) });
      await application.start();
      const endpoint: EndpointService = new EndpointService({
        listen: ANY,
        callSignalPort: application.address.port,
        gatekeepers: [gatekeeper.address],
        discovery: false,
        gatekeeperIdentifier: undefined,
        aliases: [{ type: 'dialedDigits', value }],
        prefixes: [],
        timeToLive: 60,
        user: undefined,
        unregisteredCalls: 'refused',
        log,
      });
      rooms.push({ application, endpoint });
      await endpoint.start();
      await until(`${value} is registered`, () => endpoint.state === 'registered');
    }
    const stranger = applicationWith({ listen: { address: '127.0.0.2', port: 0 } });
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

test('a room that does not take the connection is told of to the caller', { timeout: 30_000 }, async () => {
  const closed = applicationWith({});
  await closed.start();
  const gone = closed.address;
  await closed.close();
  const centre = applicationWith({ way: () => gone });
  const caller = applicationWith({});
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
    release: (callIdentifier) => endpoint().admission().release(callIdentifier),
  };
}
