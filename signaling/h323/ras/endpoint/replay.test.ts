import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { readSignalAddress } from '../../call/transport-address.ts';
import type { H225 } from '../../h225/types.ts';
import type { Admitted, CallToAdmit, Refused } from '../admission.ts';
import { type Captured, captured } from '../gatekeeper/harness.ts';
import { type RasMessage, readRas, sequenceNumberOf, writeRas } from '../message.ts';
import { type RasUser, userWithPassword } from '../security/ras-user.ts';
import { RasEndpoint } from './ras-endpoint.ts';

/** ms after which every registration of the captures is refreshed: they last 60 s at the most. */
const REFRESH = 50_000;

/** A captured endpoint, its gatekeeper's answers, and an endpoint of ours that does what it did. */
class Replay {
  readonly sent: RasMessage[] = [];
  readonly states: string[] = [];
  readonly theirs: readonly RasMessage[];
  admission: Admitted | Refused | undefined;
  #call: CallToAdmit | undefined;
  readonly #answers: Captured[];
  readonly #gatekeeper: Captured['to'];
  readonly #endpoint: RasEndpoint;
  readonly #waiting: RasMessage[] = [];
  #now = 0;

  /** `at`: address and port of the captured endpoint. */
  constructor(datagrams: readonly Captured[], at: string, user: RasUser | undefined) {
    const isAt = ({ address, port }: Captured['to']) => `${address}:${port}` === at;
    const own = datagrams.filter(({ from }) => isAt(from));
    this.theirs = own.map(({ data }) => readRas(data));
    this.#answers = datagrams.filter(({ to }) => isAt(to));
    const [first, gatekeeper] = [numberOf(this.theirs[0]), own[0]?.to];
    assert.ok(gatekeeper !== undefined);
    this.#gatekeeper = gatekeeper;
    this.#endpoint = new RasEndpoint({
      gatekeepers: [gatekeeper],
      discovery: this.theirs[0]?.type === 'gatekeeperRequest',
      gatekeeperIdentifier: undefined,
      aliases: [{ type: 'h323-ID', value: 'caller' }],
      prefixes: [],
      callSignalAddress: { address: '127.0.0.9', port: 1720 },
      rasAddress: { address: '127.0.0.9', port: 1719 },
      timeToLive: 60,
      user,
      unregisteredCalls: 'refused',
      wallClock: () => 1_795_278_901,
      random: (octets) => Buffer.alloc(octets, 0xa5),
      // Numbers begin where the captured ones do, so that answers with a hash stay as they are.
      chance: () => (first - 1.5) / 0xffff,
      output: {
        send: (data) => {
          const message = readRas(data);
          this.sent.push(message);
          this.#waiting.push(message);
        },
        changed: (state, detail) => this.states.push(detail === '' ? state : `${state} ${detail}`),
        drop: () => undefined,
      },
    });
  }

  /** Does all that the captured endpoint did, in its order. */
  run(): void {
    this.#endpoint.start(this.#now);
    this.#settle();
    for (const message of this.theirs.slice(1)) {
      this.#now += 1000;
      this.#repeat(message);
      this.#settle();
    }
  }

  #repeat(message: RasMessage): void {
    switch (message.type) {
      case 'registrationRequest':
        if (message.value.keepAlive === true) {
          this.#now += REFRESH;
          this.#endpoint.tick(this.#now);
        }
        break;
      case 'admissionRequest':
        this.#call = callOf(message.value);
        this.#endpoint.admit(this.#call, this.#now, (answer) => {
          this.admission = answer;
        });
        break;
      case 'disengageRequest':
        if (this.#call !== undefined) {
          this.#endpoint.release(this.#call, this.#now);
        }
        break;
      case 'unregistrationRequest':
        this.#endpoint.stop();
        break;
      default:
        break;
    }
  }

  #settle(): void {
    for (let request = this.#waiting.shift(); request !== undefined; request = this.#waiting.shift()) {
      const answer = this.#answerTo(request);
      if (answer !== undefined) {
        this.#endpoint.receive(answer, this.#gatekeeper, this.#now);
      }
    }
  }

  /** What the gatekeeper answered to the next request of this kind, with our number where ours is another one. */
  #answerTo(request: RasMessage): Uint8Array | undefined {
    const asked = this.theirs.filter(({ type }) => type === request.type).map(numberOf);
    const index = this.#answers.findIndex(({ data }) => asked.includes(numberOf(readRas(data))));
    const [answer] = index === -1 ? [] : this.#answers.splice(index, 1);
    const number = numberOf(request);
    return answer === undefined || numberOf(readRas(answer.data)) === number
      ? answer?.data
      : writeRas(withNumber(readRas(answer.data), number));
  }
}

const ROUTED = { address: '127.0.0.1', port: 1721 };
const REGISTERED = ['discovering', 'registering', 'registered'];
const RIGHT = userWithPassword('caller', 'secret1');
const WRONG = userWithPassword('caller', 'secret2');

interface Case {
  readonly file: string;
  readonly at: string;
  readonly user?: RasUser;
  readonly states: readonly string[];
  /** Where its call may go, or why it may not. */
  readonly call?: unknown;
}

/** Each endpoint that registered at a captured gatekeeper, and what became of it and of its call. */
const CASES: Readonly<Record<string, Case>> = {
  'Asterisk registers again and calls': {
    file: 'asterisk',
    at: '127.0.0.2:13030',
    states: ['registering', 'registered', 'idle'],
    call: ROUTED,
  },
  'Asterisk registers again and is called': {
    file: 'asterisk',
    at: '127.0.0.3:13030',
    states: ['registering', 'registered'],
  },
  'Asterisk calls an address': { file: 'asterisk', at: '127.0.0.2:13031', states: REGISTERED, call: ROUTED },
  'H323Plus is called, refreshes and leaves': {
    file: 'h323plus',
    at: '127.0.0.1:42001',
    states: [...REGISTERED, 'idle'],
  },
  'H323Plus calls and leaves': {
    file: 'h323plus',
    at: '127.0.0.1:45001',
    states: [...REGISTERED, 'idle'],
    call: ROUTED,
  },
  'H323Plus with its password calls nobody': {
    file: 'h323plus-password',
    at: '127.0.0.1:46460',
    user: RIGHT,
    states: [...REGISTERED, 'idle'],
    call: ['unreachable', 'calledPartyNotRegistered'],
  },
  'H323Plus with a wrong password': {
    file: 'h323plus-password',
    at: '127.0.0.1:59435',
    user: WRONG,
    states: ['discovering', 'registering', 'waiting securityDenial'],
  },
};

describe('the answers of a captured gatekeeper lead us to where they led the captured endpoint', () => {
  for (const [name, { file, at, user, states, call }] of Object.entries(CASES)) {
    test(name, () => {
      const replay = new Replay(captured(file), at, user);
      replay.run();
      assert.deepEqual(replay.states, states);
      assert.deepEqual(kindsOf(replay.sent), kindsOf(replay.theirs));
      const { admission } = replay;
      const hasCalled = replay.theirs.some(({ type }) => type === 'admissionRequest');
      assert.equal(admission !== undefined, hasCalled);
      assert.deepEqual(
        admission?.outcome === 'refused' ? [admission.reason, admission.detail] : admission?.callSignalAddress,
        call,
      );
    });
  }

  test('an answer that was changed on its way is not believed', () => {
    const changed = captured('h323plus-password').map((datagram): Captured => {
      const data = Buffer.from(datagram.data);
      if (readRas(data).type === 'registrationConfirm') {
        // In the middle of the name of the gatekeeper.
        const at = data.indexOf(Buffer.from('SpikeGK', 'utf16le').swap16());
        assert.ok(at > 0);
        data.writeUInt8(data.readUInt8(at + 1) ^ 1, at + 1);
      }
      return { ...datagram, data };
    });
    const replay = new Replay(changed, '127.0.0.1:46460', RIGHT);
    replay.run();
    assert.ok(!replay.states.includes('registered'));
    assert.equal(replay.admission?.outcome, 'refused');
  });
});

/** What was asked, in its order: without reports, which each sends at times of its own, and with a refresh like a registration. */
function kindsOf(messages: readonly RasMessage[]): string[] {
  return messages.map(({ type }) => type).filter((type) => type.endsWith('Request'));
}

function callOf(request: H225<'AdmissionRequest'>): CallToAdmit {
  return {
    callIdentifier: request.callIdentifier?.guid ?? request.conferenceID,
    conferenceIdentifier: request.conferenceID,
    callReference: request.callReferenceValue,
    direction: request.answerCall ? 'inbound' : 'outbound',
    destinationAliases: request.destinationInfo ?? [],
    destinationAddress: readSignalAddress(request.destCallSignalAddress),
    sourceAliases: request.srcInfo,
    sourceAddress: readSignalAddress(request.srcCallSignalAddress),
    remoteAddress: undefined,
    bitRate: 100 * request.bandWidth,
  };
}

function numberOf(message: RasMessage | undefined): number {
  return message === undefined ? 0 : (sequenceNumberOf(message) ?? 0);
}

function withNumber(message: RasMessage, requestSeqNum: number): RasMessage;
function withNumber(
  { type, value }: { readonly type: string; readonly value?: unknown },
  requestSeqNum: number,
): unknown {
  return { type, value: { ...Object(value), requestSeqNum } };
}
