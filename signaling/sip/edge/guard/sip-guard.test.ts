import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { type ExampleRequest, exampleBytes, exampleRequest } from './example-request.ts';
import type { AnsweredRequest } from './outcome.ts';
import { marksOf, type Sender } from './request-marks.ts';
import { SipGuard, type SipGuardOptions } from './sip-guard.ts';

const at = (address: string, protocol: Sender['protocol'] = 'tcp', port = 5060): Sender => ({
  protocol,
  remote: { address, port },
});
const SCANNER = '192.0.2.66';
const FROM_SCANNER = at(SCANNER);
const REFUSED: AnsweredRequest = { method: 'INVITE', status: 404, hadCredentials: false, stale: false };
const CHALLENGED: AnsweredRequest = { ...REFUSED, method: 'REGISTER', status: 401 };
const ACK = exampleRequest('ACK', {});
const REGISTERED: AnsweredRequest = { method: 'REGISTER', status: 200, hadCredentials: true, stale: false };

function made(options: Partial<SipGuardOptions> = {}) {
  const bans: string[] = [];
  const closed: string[] = [];
  const standing = new Set<string>();
  const guard = new SipGuard({
    allowance: { burst: 10, rate: 1 },
    banTime: 60_000,
    never: [],
    dropScanners: true,
    banned: ({ source }) => bans.push(source),
    ...options,
  });
  guard.protect({ stands: (source) => standing.has(source), close: (source) => closed.push(source) });
  const refuse = (times: number, now = 0, sender = FROM_SCANNER, request = REFUSED) => {
    for (let index = 0; index < times; index++) guard.answered(sender, request, now, 0);
  };
  return { guard, bans, closed, standing, refuse };
}

describe('SipGuard', () => {
  it('bans who sends more requests that come to nothing than its budget, for the time of a ban', () => {
    const { guard, bans, closed, refuse } = made();
    refuse(10);
    assert.equal(guard.passage(FROM_SCANNER, 0), 'open');
    refuse(1);
    assert.equal(guard.passage(FROM_SCANNER, 0), 'closed');
    assert.equal(guard.passage(at('192.0.2.67'), 0), 'open');
    assert.deepEqual([bans, closed], [[SCANNER], [SCANNER]]);
    assert.deepEqual(guard.bans(1), [{ source: SCANNER, since: 0, until: 60_000, transports: ['tcp', 'udp'] }]);
    assert.equal(guard.passage(FROM_SCANNER, 59_999), 'closed');
    assert.equal(guard.passage(FROM_SCANNER, 60_000), 'open');
    assert.deepEqual(guard.bans(60_000), []);
  });

  it('lets go on who stays within the rate', () => {
    const { guard, bans, refuse } = made();
    for (let second = 0; second < 1000; second++) refuse(1, 1000 * second);
    assert.deepEqual(bans, []);
    assert.equal(guard.passage(FROM_SCANNER, 1_000_000), 'open');
  });

  it('takes first challenges for four times less than refusals, and a stale nonce for a first challenge', () => {
    const { bans, refuse } = made();
    refuse(20, 0, FROM_SCANNER, CHALLENGED);
    refuse(20, 0, FROM_SCANNER, { ...CHALLENGED, hadCredentials: true, stale: true });
    assert.deepEqual(bans, []);
    refuse(1, 0, FROM_SCANNER, CHALLENGED);
    assert.deepEqual(bans, [SCANNER]);
  });

  it('counts wrong passwords in full', () => {
    const { bans, refuse } = made();
    refuse(11, 0, FROM_SCANNER, { ...CHALLENGED, hadCredentials: true });
    assert.deepEqual(bans, [SCANNER]);
  });

  it('gives back at a success what led to it, and allows ten times as much for an hour after it', () => {
    const { guard, bans, refuse } = made();
    for (let call = 0; call < 10_000; call++) {
      refuse(1, call, FROM_SCANNER, CHALLENGED);
      guard.called(FROM_SCANNER, ACK, call);
    }
    refuse(100, 10_000);
    assert.deepEqual(bans, []);
    refuse(1, 10_000);
    assert.deepEqual(bans, [SCANNER]);
    const later = made();
    later.guard.called(FROM_SCANNER, ACK, 0);
    later.refuse(11, 3_600_000);
    assert.deepEqual(later.bans, [SCANNER]);
  });

  it('does not let who knows one class try others at will: a success gives back what led to it', () => {
    const { guard, bans, refuse } = made();
    guard.called(FROM_SCANNER, ACK, 0);
    let tried = 0;
    while (bans.length === 0 && tried < 10_000) {
      refuse(10);
      tried += 10;
      guard.called(FROM_SCANNER, ACK, 0);
    }
    assert.equal(tried, 120, 'in tens: a hundred, and one more for each success');
  });

  it('leaves out only what is new of a source with a call, and bans it when the call is over', () => {
    const { guard, bans, standing, refuse } = made();
    standing.add(SCANNER);
    refuse(1000);
    assert.equal(guard.passage(FROM_SCANNER, 0), 'inside');
    assert.equal(guard.passage(FROM_SCANNER, 999), 'inside');
    assert.equal(guard.passage(FROM_SCANNER, 1000), 'open', 'a request a second is looked at');
    refuse(2, 1000);
    assert.equal(guard.passage(FROM_SCANNER, 1000), 'inside');
    assert.deepEqual(bans, []);
    standing.clear();
    refuse(1, 1500);
    assert.equal(guard.passage(FROM_SCANNER, 1500), 'inside', 'it is looked at again once a second');
    assert.equal(guard.passage(FROM_SCANNER, 2100), 'open');
    refuse(5, 2100);
    assert.deepEqual(bans, [SCANNER]);
  });

  it('bans no source while a registration of it holds', () => {
    const { guard, bans, refuse } = made();
    guard.answered(FROM_SCANNER, REGISTERED, 0, 30_000);
    refuse(200, 0);
    assert.deepEqual(bans, []);
    assert.equal(guard.passage(FROM_SCANNER, 0), 'inside');
    refuse(200, 31_000);
    guard.passage(FROM_SCANNER, 31_000);
    refuse(200, 31_000);
    assert.deepEqual(bans, [SCANNER]);
  });

  it('takes repetitions amiss of strangers only', () => {
    const { guard, bans } = made();
    guard.called(at('192.0.2.1'), ACK, 0);
    for (let times = 0; times < 10_000; times++) guard.repeated(at('192.0.2.1'), 0);
    assert.equal(guard.passage(at('192.0.2.1'), 0), 'open');
    for (let times = 0; times < 41; times++) guard.repeated(FROM_SCANNER, 0);
    assert.deepEqual(bans, [SCANNER]);
  });

  it('hears whom we call, banned or not', () => {
    const { guard, refuse } = made();
    refuse(11);
    guard.expected(FROM_SCANNER, 1);
    assert.equal(guard.passage(FROM_SCANNER, 1), 'open');
  });

  it('takes an IPv6 /64 for one source and never limits the networks named', () => {
    const { guard, bans, refuse } = made({ never: ['198.51.100.0/24', '2001:db8:7::/48'] });
    for (let host = 1; host <= 11; host++) guard.answered(at(`2001:db8::${host}`), REFUSED, 0, 0);
    assert.deepEqual(bans, ['2001:db8:0:0::/64']);
    assert.equal(guard.passage(at('2001:db8::ffff'), 0), 'closed');
    refuse(1000, 0, at('198.51.100.9'));
    refuse(1000, 0, at('2001:db8:7:1::1'));
    assert.equal(bans.length, 1);
    assert.equal(guard.isScanner('friendly-scanner', at('198.51.100.9'), 0), false);
    assert.throws(() => made({ never: ['198.51.100.0/33'] }), RangeError);
  });

  it('knows scanners by their User-Agent, and bans them too', () => {
    const { guard, bans } = made();
    for (const name of ['friendly-scanner', 'VaxSIPUserAgent/3.5', 'sipcli/v1.8', 'pplsip', 'sundayddr']) {
      assert.equal(guard.isScanner(name, FROM_SCANNER, 0), true, name);
    }
    for (const name of ['Polycom RealPresence Group 500', 'TANDBERG/518', 'baresip v1.0', '', undefined]) {
      assert.equal(guard.isScanner(name, at('192.0.2.1'), 0), false, name);
    }
    for (let index = 0; index < 6; index++) guard.isScanner('sipvicious', FROM_SCANNER, 0);
    assert.deepEqual(bans, [SCANNER]);
    assert.equal(made({ dropScanners: false }).guard.isScanner('sipvicious', FROM_SCANNER, 0), false);
  });

  it('lifts a ban by the source or an address of it, and gives the budget back', () => {
    const { guard, refuse } = made();
    refuse(11);
    for (let host = 1; host <= 11; host++) guard.answered(at(`2001:db8::${host}`), REFUSED, 0, 0);
    assert.equal(guard.lift('192.0.2.1', 0), false);
    assert.equal(guard.lift(SCANNER, 0), true);
    assert.equal(guard.lift('2001:db8::7', 0), true);
    assert.equal(guard.lift('2001:db8:0:0::/64', 0), false);
    assert.deepEqual(guard.bans(0), []);
    refuse(10);
    assert.equal(guard.passage(FROM_SCANNER, 0), 'open');
  });

  it('keeps a bounded number of sources', () => {
    const { guard } = made();
    for (let index = 0; index < 11_000; index++) {
      const address = `10.${index >> 16}.${(index >> 8) & 255}.${index & 255}`;
      for (let times = 0; times < 11; times++) guard.answered(at(address), REFUSED, index, 0);
    }
    assert.equal(guard.bans(11_000).length, 10_000);
  });

  it('takes nothing from who connects for what datagrams cost his address', () => {
    const { guard, closed, refuse } = made();
    refuse(11, 0, at(SCANNER, 'udp'));
    assert.deepEqual([guard.passage(at(SCANNER, 'udp'), 0), guard.passage(FROM_SCANNER, 0)], ['closed', 'open']);
    assert.deepEqual([closed, guard.bans(0)[0]?.transports], [[], ['udp']]);
  });

  it('closes UDP as well for what was proven to come from there', () => {
    const { guard, refuse } = made();
    // Even where a room was known.
    guard.called(at(SCANNER, 'udp'), ACK, 0);
    refuse(101);
    assert.equal(guard.passage(at(SCANNER, 'udp'), 0), 'closed');
  });

  describe('keeps a way in for rooms whose address is flooded in their name', () => {
    const ROOM = at('192.0.2.7', 'udp');
    const FORGED = at('192.0.2.7', 'udp', 40_000);
    const OWN = { callId: 'registration', user: 'room1' };
    /** Whether a request gets in, as an edge asks. */
    const getsIn = (guard: SipGuard, method: string, parts: ExampleRequest, sender: Sender, now: number) => {
      const passage = guard.take(exampleBytes(method, parts), sender, now);
      return passage === 'open' || (passage === 'inside' && guard.reserves(exampleRequest(method, parts), sender, now));
    };
    /** A thousand forged requests a second, which are refused where they get in; resolves to how many did. */
    const flood = (guard: SipGuard, begin: number, seconds: number, parts: ExampleRequest = {}) => {
      let got = 0;
      for (let now = begin; now < begin + 1000 * seconds; now++) {
        const method = now % 2 === 0 ? 'INVITE' : 'REGISTER';
        if (!getsIn(guard, method, { callId: `forged-${now}`, user: String(now), ...parts }, FORGED, now)) continue;
        guard.answered(FORGED, { ...REFUSED, method }, now, 0);
        got += 1;
      }
      return got;
    };
    const register = (guard: SipGuard, now: number) =>
      guard.answered(ROOM, REGISTERED, now, 3_600_000, marksOf(exampleRequest('REGISTER', OWN)));

    it('while it is registered: refreshes and calls get in, and no ban is made', () => {
      const { guard, bans } = made();
      register(guard, 0);
      flood(guard, 0, 30);
      assert.equal(getsIn(guard, 'REGISTER', OWN, FORGED, 30_000), true, 'from another port, as NATs do');
      assert.equal(getsIn(guard, 'INVITE', { callId: 'new', user: 'room1' }, ROOM, 30_000), true);
      assert.equal(getsIn(guard, 'INVITE', { callId: 'new', user: 'room1' }, FORGED, 30_000), false);
      assert.equal(getsIn(guard, 'OPTIONS', { callId: 'new', user: 'room1' }, ROOM, 30_000), false);
      assert.deepEqual(bans, []);
      assert.deepEqual([guard.reserved.get('call-id'), guard.reserved.get('registered')], [1, 1]);
      assert.equal(guard.take(Buffer.alloc(100, 'x'), ROOM, 30_000), 'closed', 'unread');
    });

    it('between its calls: it is banned, and yet calls', () => {
      const { guard, bans, standing } = made();
      guard.called(ROOM, exampleRequest('ACK', { user: 'room1' }), 0);
      flood(guard, 7_200_000, 1);
      assert.deepEqual(bans, ['192.0.2.7']);
      const call = { callId: 'next', user: 'room1' };
      assert.equal(getsIn(guard, 'INVITE', call, ROOM, 7_201_000), true);
      assert.equal(guard.reserved.get('caller'), 1);
      standing.add('192.0.2.7');
      const ack = Buffer.from('ACK sip:1001@c SIP/2.0\r\nTo: <sip:1001@c>;tag=ours\r\n\r\n');
      assert.equal(guard.take(ack, ROOM, 7_201_000), 'inside', 'its ACK is looked for');
      assert.equal(getsIn(guard, 'INVITE', { callId: 'f', user: '100' }, FORGED, 7_201_000), false);
    });

    it('with a nonce that was sent there', () => {
      const { guard, standing } = made({ issued: (nonce, address) => nonce === `of ${address}`.replace(/\W/g, '-') });
      standing.add('192.0.2.7');
      flood(guard, 0, 30);
      const nonce = 'of-192-0-2-7';
      assert.equal(getsIn(guard, 'REGISTER', { user: 'new', nonce }, FORGED, 30_000), true);
      assert.equal(getsIn(guard, 'REGISTER', { user: 'new', nonce: 'of-192-0-2-8' }, FORGED, 30_000), false);
      assert.equal(guard.reserved.get('nonce'), 1);
    });

    it('remembers rooms that registered before', () => {
      const { guard, bans } = made();
      guard.remember(ROOM, marksOf(exampleRequest('REGISTER', OWN)), 0, 100_000);
      flood(guard, 0, 30);
      assert.deepEqual(bans, []);
      assert.equal(getsIn(guard, 'REGISTER', OWN, ROOM, 30_000), true);
    });

    it('and lets little more of the flood in than before, whatever it guesses', () => {
      for (const [parts, most] of [
        [{}, 0],
        [{ user: 'room1' }, 0],
        [OWN, 8 + 0.5 * 100],
      ] as const) {
        const { guard } = made();
        register(guard, 0);
        // A hundred at once and ten a second are what its registration allows, whoever asks.
        const got = flood(guard, 0, 100, parts);
        assert.ok(got <= 100 + 10 * 100 + 1 + most, `${got} got in`);
      }
    });
  });

  it('never answers a source more often than its budget in a time, whatever it does', () => {
    const step = fc.record({ wait: fc.integer({ min: 0, max: 500 }), cheap: fc.boolean() });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 400 }), (steps) => {
        const { guard } = made({ banTime: 5000 });
        let [now, paid] = [0, 0];
        for (const { wait, cheap } of steps) {
          now += wait;
          if (guard.passage(FROM_SCANNER, now) !== 'open') continue;
          paid += cheap ? 0.25 : 1;
          guard.answered(FROM_SCANNER, cheap ? CHALLENGED : REFUSED, now, 0);
        }
        // The one request that finds the budget spent is answered as well, once for every ban.
        assert.ok(paid <= 10 + now / 1000 + 1 + now / 5000);
      }),
    );
  });
});
