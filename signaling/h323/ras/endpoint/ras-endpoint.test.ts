import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { TransportAddress } from '#codecs/media/description.ts';
import type { Admitted, CallToAdmit, Refused } from '../admission.ts';
import { GatekeeperHarness } from '../gatekeeper/harness.ts';
import { type RasMessage, readRas, writeRas } from '../message.ts';
import { userWithPassword } from '../security/ras-user.ts';
import type { RasEndpointOptions } from './options.ts';
import { RasEndpoint } from './ras-endpoint.ts';

const GATEKEEPER: TransportAddress = { address: '127.0.0.1', port: 1719 };
const OWN: TransportAddress = { address: '127.0.0.9', port: 1719 };
const GUID = Buffer.alloc(16, 7);
const CALL: CallToAdmit = {
  callIdentifier: GUID,
  conferenceIdentifier: Buffer.alloc(16, 8),
  callReference: 5,
  direction: 'outbound',
  destinationAliases: [{ type: 'dialedDigits', value: '771' }],
  destinationAddress: undefined,
  sourceAliases: [],
  sourceAddress: undefined,
  remoteAddress: undefined,
  bitRate: 1_920_000,
};

class EndpointHarness {
  readonly sent: { message: RasMessage; data: Buffer; to: TransportAddress }[] = [];
  readonly states: string[] = [];
  readonly dropped: Uint8Array[] = [];
  readonly endpoint: RasEndpoint;
  now = 1_000_000;
  /** Datagrams of ours that get lost. */
  lost = 0;
  readonly #gatekeeper: GatekeeperHarness | undefined;

  constructor(options: Partial<RasEndpointOptions> = {}, gatekeeper?: GatekeeperHarness) {
    this.#gatekeeper = gatekeeper;
    this.endpoint = new RasEndpoint({
      gatekeepers: [GATEKEEPER],
      discovery: true,
      gatekeeperIdentifier: undefined,
      aliases: [{ type: 'h323-ID', value: 'school' }],
      prefixes: [],
      callSignalAddress: { address: OWN.address, port: 1720 },
      rasAddress: OWN,
      timeToLive: 60,
      user: undefined,
      unregisteredCalls: 'refused',
      wallClock: () => 1_795_278_901,
      random: (octets) => Buffer.alloc(octets, 0xa5),
      chance: () => 0.5,
      output: {
        send: (data, to) => this.sent.push({ message: readRas(data), data, to }),
        changed: (state, detail) => this.states.push(detail === '' ? state : `${state} ${detail}`),
        drop: (identifier) => this.dropped.push(identifier),
      },
      ...options,
    });
  }

  /** Carries datagrams between the two until nothing is under way. */
  settle(): void {
    const gatekeeper = this.#gatekeeper;
    let carried = 0;
    for (let given = 0; given < this.sent.length; given++) {
      const one = this.sent[given];
      if (one === undefined || gatekeeper === undefined || given < this.#given) {
        continue;
      }
      this.#given = given + 1;
      if (this.lost > 0) {
        this.lost -= 1;
        continue;
      }
      gatekeeper.now = this.now;
      const before = gatekeeper.sent.length;
      gatekeeper.give(one.data, OWN);
      for (const answer of gatekeeper.sent.slice(before)) {
        this.endpoint.receive(answer.data, GATEKEEPER, this.now);
      }
      carried += 1;
      assert.ok(carried < 100);
    }
  }
  #given = 0;

  /** Lets ms go by, in steps of 200. */
  pass(time: number): void {
    for (let left = time; left > 0; left -= 200) {
      this.now += 200;
      this.endpoint.tick(this.now);
      this.settle();
    }
  }

  give(message: RasMessage, from = GATEKEEPER): void {
    this.endpoint.receive(writeRas(message), from, this.now);
  }

  get kinds(): string[] {
    return this.sent.map(({ message }) => message.type);
  }
}

test('it registers, refreshes lightly at half of the lifetime, and takes leave', () => {
  const gatekeeper = new GatekeeperHarness();
  const harness = new EndpointHarness({}, gatekeeper);
  harness.endpoint.start(harness.now);
  harness.settle();
  assert.equal(harness.endpoint.state, 'registered');
  harness.pass(31_000);
  const last = harness.sent.at(-1)?.message;
  assert.ok(last?.type === 'registrationRequest' && last.value.keepAlive === true);
  assert.equal(last.value.endpointIdentifier, gatekeeper.gatekeeper.lookup('school')?.endpointIdentifier);
  harness.endpoint.stop();
  harness.settle();
  assert.equal(gatekeeper.gatekeeper.lookup('school'), undefined);
});

test('requests that get lost are sent again, the same octets', () => {
  const gatekeeper = new GatekeeperHarness();
  const harness = new EndpointHarness({}, gatekeeper);
  harness.lost = 2;
  harness.endpoint.start(harness.now);
  harness.settle();
  harness.pass(7000);
  assert.equal(harness.endpoint.state, 'registered');
  assert.deepEqual(harness.sent[0]?.data, harness.sent[2]?.data);
});

test('a gatekeeper that says nothing is tried three times, then the next, then all again later', () => {
  const other = { address: '127.0.0.2', port: 1719 };
  const harness = new EndpointHarness({ gatekeepers: [GATEKEEPER, other] });
  harness.endpoint.start(harness.now);
  harness.pass(18_200);
  assert.deepEqual(
    harness.sent.map(({ to }) => to.address),
    ['127.0.0.1', '127.0.0.1', '127.0.0.1', '127.0.0.2', '127.0.0.2', '127.0.0.2'],
  );
  assert.equal(harness.endpoint.state, 'waiting');
  harness.pass(5000);
  assert.equal(harness.endpoint.state, 'discovering');
});

test('a gatekeeper that forgot us is told all again', () => {
  const gatekeeper = new GatekeeperHarness();
  const harness = new EndpointHarness({}, gatekeeper);
  harness.endpoint.start(harness.now);
  harness.settle();
  const before = gatekeeper.gatekeeper.lookup('school')?.endpointIdentifier;
  gatekeeper.gatekeeper.registry.remove(before ?? '');
  harness.pass(31_000);
  assert.equal(harness.endpoint.state, 'registered');
  assert.notEqual(gatekeeper.gatekeeper.lookup('school')?.endpointIdentifier, before);
  assert.ok(harness.states.includes('registering fullRegistrationRequired'));
});

test('a wrong password is told, and tried again only later', () => {
  const users = [userWithPassword('school', 'geheim')];
  const gatekeeper = new GatekeeperHarness({ users, authentication: 'required' });
  const harness = new EndpointHarness({ user: userWithPassword('school', 'wrong') }, gatekeeper);
  harness.endpoint.start(harness.now);
  harness.settle();
  assert.deepEqual(harness.states, ['discovering', 'registering', 'waiting securityDenial']);
  const right = new EndpointHarness({ user: users[0] }, gatekeeper);
  right.endpoint.start(right.now);
  right.settle();
  assert.equal(right.endpoint.state, 'registered');
});

test('calls are asked for, reported on and taken leave of', () => {
  const gatekeeper = new GatekeeperHarness();
  const harness = new EndpointHarness({ timeToLive: 3600 }, gatekeeper);
  const answers: (Admitted | Refused)[] = [];
  harness.endpoint.admit(CALL, harness.now, (answer) => answers.push(answer));
  harness.endpoint.start(harness.now);
  harness.settle();
  harness.endpoint.admit(CALL, harness.now, (answer) => answers.push(answer));
  harness.settle();
  const nobody = { ...CALL, destinationAliases: [{ type: 'dialedDigits', value: '3' } as const] };
  harness.endpoint.admit(nobody, harness.now, (answer) => answers.push(answer));
  harness.settle();
  assert.deepEqual(
    answers.map((answer) => (answer.outcome === 'refused' ? answer.detail : answer.callSignalAddress)),
    ['unregistered', { address: '127.0.0.1', port: 1720 }, 'calledPartyNotRegistered'],
  );
  harness.pass(121_000);
  assert.equal(harness.kinds.filter((type) => type === 'infoRequestResponse').length, 1);
  harness.give({ type: 'infoRequest', value: { requestSeqNum: 77, callReferenceValue: 0 } });
  const report = harness.sent.at(-1)?.message;
  assert.ok(report?.type === 'infoRequestResponse');
  assert.deepEqual([report.value.requestSeqNum, report.value.perCallInfo?.length], [77, 1]);
  harness.endpoint.release(CALL, harness.now);
  harness.settle();
  assert.equal(gatekeeper.gatekeeper.calls.size, 0);
  assert.equal(harness.endpoint.calls, 0);
});

test('who calls by the identifier of another call ends that neither by going nor by being refused', () => {
  const gatekeeper = new GatekeeperHarness();
  const harness = new EndpointHarness({ timeToLive: 3600 }, gatekeeper);
  harness.endpoint.start(harness.now);
  harness.settle();
  harness.endpoint.admit(CALL, harness.now, () => undefined);
  harness.settle();
  const leaves = () => harness.kinds.filter((type) => type === 'disengageRequest').length;
  // One that the gatekeeper refuses.
  const refused = { ...CALL, destinationAliases: [{ type: 'dialedDigits', value: '3' } as const] };
  harness.endpoint.admit(refused, harness.now, () => undefined);
  harness.settle();
  harness.endpoint.release(refused, harness.now);
  // One that it lets in, as it does a room that lost its connection.
  const again = { ...CALL };
  harness.endpoint.admit(again, harness.now, () => undefined);
  harness.settle();
  harness.endpoint.release(CALL, harness.now);
  harness.endpoint.release(CALL, harness.now);
  harness.settle();
  assert.deepEqual([leaves(), harness.endpoint.calls, gatekeeper.gatekeeper.calls.size], [0, 1, 1]);
  harness.endpoint.release(again, harness.now);
  harness.settle();
  assert.deepEqual([leaves(), harness.endpoint.calls, gatekeeper.gatekeeper.calls.size], [1, 0, 0]);
});

test('who calls by the identifier of a room from elsewhere keeps the gatekeeper from hearing of its end no longer', () => {
  const harness = new EndpointHarness({ timeToLive: 3600 }, new GatekeeperHarness());
  harness.endpoint.start(harness.now);
  harness.settle();
  const room: CallToAdmit = { ...CALL, direction: 'inbound', callReference: 6, remoteAddress: '192.0.2.6' };
  const strange: CallToAdmit = { ...room, callReference: 7, remoteAddress: '192.0.2.66' };
  for (const call of [room, strange]) {
    harness.endpoint.admit(call, harness.now, () => undefined);
    harness.settle();
  }
  const left = () =>
    harness.sent.flatMap(({ message }) =>
      message.type === 'disengageRequest' ? [message.value.callReferenceValue] : [],
    );
  const reported = () => {
    harness.give({ type: 'infoRequest', value: { requestSeqNum: 77, callReferenceValue: 0 } });
    const report = harness.sent.at(-1)?.message;
    assert.ok(report?.type === 'infoRequestResponse');
    return report.value.perCallInfo?.map(({ callReferenceValue }) => callReferenceValue);
  };
  assert.deepEqual([left(), reported(), harness.endpoint.calls], [[], [6], 1]);
  harness.endpoint.release(room, harness.now);
  harness.settle();
  // What it was let in for is then its own call.
  assert.deepEqual([left(), reported(), harness.endpoint.calls], [[6], [7], 1]);
  harness.endpoint.release(strange, harness.now);
  harness.settle();
  assert.deepEqual([left(), harness.endpoint.calls], [[6, 7], 0]);
});

test('who calls by the identifier of a room from elsewhere ends that call at the gatekeeper not by going', () => {
  const harness = new EndpointHarness({ timeToLive: 3600 }, new GatekeeperHarness());
  harness.endpoint.start(harness.now);
  harness.settle();
  const room: CallToAdmit = { ...CALL, direction: 'inbound', remoteAddress: '192.0.2.6' };
  const strange = { ...room, remoteAddress: '192.0.2.66' };
  for (const call of [room, strange]) {
    harness.endpoint.admit(call, harness.now, () => undefined);
    harness.settle();
  }
  harness.endpoint.release(strange, harness.now);
  harness.settle();
  assert.deepEqual([harness.kinds.includes('disengageRequest'), harness.endpoint.calls], [false, 1]);
  harness.endpoint.release(room, harness.now);
  harness.settle();
  assert.deepEqual([harness.kinds.at(-1), harness.endpoint.calls], ['disengageRequest', 0]);
});

test('the gatekeeper ends a call; a stranger cannot', () => {
  const gatekeeper = new GatekeeperHarness();
  const harness = new EndpointHarness({}, gatekeeper);
  harness.endpoint.start(harness.now);
  harness.settle();
  harness.endpoint.admit(CALL, harness.now, () => undefined);
  harness.settle();
  const request: RasMessage = {
    type: 'disengageRequest',
    value: {
      requestSeqNum: 9,
      endpointIdentifier: 'room-1',
      conferenceID: CALL.conferenceIdentifier,
      callReferenceValue: 5,
      disengageReason: { type: 'forcedDrop', value: null },
      callIdentifier: { guid: GUID },
    },
  };
  harness.give(request, { address: '127.0.0.66', port: 1719 });
  assert.deepEqual(harness.dropped, []);
  harness.give(request);
  assert.deepEqual(harness.dropped, [GUID]);
  assert.equal(harness.kinds.at(-1), 'disengageConfirm');
});

test('a gatekeeper that goes names another one, which is tried first', () => {
  const gatekeeper = new GatekeeperHarness();
  const harness = new EndpointHarness({}, gatekeeper);
  harness.endpoint.start(harness.now);
  harness.settle();
  harness.give({
    type: 'unregistrationRequest',
    value: {
      requestSeqNum: 9,
      callSignalAddress: [],
      reason: { type: 'maintenance', value: null },
      alternateGatekeeper: [
        {
          rasAddress: { type: 'ipAddress', value: { ip: Buffer.of(127, 0, 0, 3), port: 1719 } },
          needToRegister: true,
          priority: 0,
        },
      ],
    },
  });
  assert.deepEqual(harness.sent.at(-1)?.to, { address: '127.0.0.3', port: 1719 });
});

test('a gatekeeper that is busy has the time that it asks for', () => {
  const harness = new EndpointHarness();
  harness.endpoint.start(harness.now);
  const [first] = harness.sent;
  assert.ok(first?.message.type === 'gatekeeperRequest');
  harness.give({
    type: 'requestInProgress',
    value: { requestSeqNum: first.message.value.requestSeqNum, delay: 10_000 },
  });
  harness.pass(9800);
  assert.equal(harness.sent.length, 1);
  harness.pass(400);
  assert.equal(harness.sent.length, 2);
});

test('a request of the gatekeeper that bears the number of ours is no answer to it', () => {
  const harness = new EndpointHarness({}, new GatekeeperHarness());
  harness.endpoint.start(harness.now);
  harness.settle();
  const answers: string[] = [];
  harness.endpoint.admit(CALL, harness.now, ({ outcome }) => answers.push(outcome));
  const asked = harness.sent.at(-1)?.message;
  assert.ok(asked?.type === 'admissionRequest');
  const { requestSeqNum } = asked.value;
  harness.give({ type: 'infoRequest', value: { requestSeqNum, callReferenceValue: 0 } });
  assert.deepEqual(answers, []);
  assert.equal(harness.kinds.at(-1), 'infoRequestResponse');
  harness.settle();
  assert.deepEqual(answers, ['admitted']);
});
