import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import type { AnsweredRequest } from './outcome.ts';
import { SipGuard, type SipGuardOptions } from './sip-guard.ts';

const SCANNER = '192.0.2.66';
const REFUSED: AnsweredRequest = { method: 'INVITE', status: 404, hadCredentials: false, stale: false };
const CHALLENGED: AnsweredRequest = { ...REFUSED, method: 'REGISTER', status: 401 };
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
  const refuse = (times: number, now = 0, address = SCANNER, request = REFUSED) => {
    for (let index = 0; index < times; index++) guard.answered(address, request, now, 0);
  };
  return { guard, bans, closed, standing, refuse };
}

describe('SipGuard', () => {
  it('bans who sends more requests that come to nothing than its budget, for the time of a ban', () => {
    const { guard, bans, closed, refuse } = made();
    refuse(10);
    assert.equal(guard.passage(SCANNER, 0), 'open');
    refuse(1);
    assert.equal(guard.passage(SCANNER, 0), 'closed');
    assert.equal(guard.passage('192.0.2.67', 0), 'open');
    assert.deepEqual([bans, closed], [[SCANNER], [SCANNER]]);
    assert.deepEqual(guard.bans(1), [{ source: SCANNER, since: 0, until: 60_000 }]);
    assert.equal(guard.passage(SCANNER, 59_999), 'closed');
    assert.equal(guard.passage(SCANNER, 60_000), 'open');
    assert.deepEqual(guard.bans(60_000), []);
  });

  it('lets go on who stays within the rate', () => {
    const { guard, bans, refuse } = made();
    for (let second = 0; second < 1000; second++) refuse(1, 1000 * second);
    assert.deepEqual(bans, []);
    assert.equal(guard.passage(SCANNER, 1_000_000), 'open');
  });

  it('takes first challenges for four times less than refusals, and a stale nonce for a first challenge', () => {
    const { bans, refuse } = made();
    refuse(20, 0, SCANNER, CHALLENGED);
    refuse(20, 0, SCANNER, { ...CHALLENGED, hadCredentials: true, stale: true });
    assert.deepEqual(bans, []);
    refuse(1, 0, SCANNER, CHALLENGED);
    assert.deepEqual(bans, [SCANNER]);
  });

  it('counts wrong passwords in full', () => {
    const { bans, refuse } = made();
    refuse(11, 0, SCANNER, { ...CHALLENGED, hadCredentials: true });
    assert.deepEqual(bans, [SCANNER]);
  });

  it('gives back at a success what led to it, and allows ten times as much for an hour after it', () => {
    const { guard, bans, refuse } = made();
    for (let call = 0; call < 10_000; call++) {
      refuse(1, call, SCANNER, CHALLENGED);
      guard.called(SCANNER, call);
    }
    refuse(100, 10_000);
    assert.deepEqual(bans, []);
    refuse(1, 10_000);
    assert.deepEqual(bans, [SCANNER]);
    const later = made();
    later.guard.called(SCANNER, 0);
    later.refuse(11, 3_600_000);
    assert.deepEqual(later.bans, [SCANNER]);
  });

  it('does not let who knows one class try others at will: a success gives back what led to it', () => {
    const { guard, bans, refuse } = made();
    guard.called(SCANNER, 0);
    let tried = 0;
    while (bans.length === 0 && tried < 10_000) {
      refuse(10);
      tried += 10;
      guard.called(SCANNER, 0);
    }
    assert.equal(tried, 120, 'in tens: a hundred, and one more for each success');
  });

  it('leaves out only what is new of a source with a call, and bans it when the call is over', () => {
    const { guard, bans, standing, refuse } = made();
    standing.add(SCANNER);
    refuse(1000);
    assert.equal(guard.passage(SCANNER, 0), 'inside');
    assert.equal(guard.passage(SCANNER, 999), 'inside');
    assert.equal(guard.passage(SCANNER, 1000), 'open', 'a request a second is looked at');
    refuse(2, 1000);
    assert.equal(guard.passage(SCANNER, 1000), 'inside');
    assert.deepEqual(bans, []);
    standing.clear();
    refuse(1, 1500);
    assert.equal(guard.passage(SCANNER, 1500), 'inside', 'it is looked at again once a second');
    assert.equal(guard.passage(SCANNER, 2100), 'open');
    refuse(5, 2100);
    assert.deepEqual(bans, [SCANNER]);
  });

  it('bans no source while a registration of it holds', () => {
    const { guard, bans, refuse } = made();
    guard.answered(SCANNER, REGISTERED, 0, 30_000);
    refuse(200, 0);
    assert.deepEqual(bans, []);
    assert.equal(guard.passage(SCANNER, 0), 'inside');
    refuse(200, 31_000);
    guard.passage(SCANNER, 31_000);
    refuse(200, 31_000);
    assert.deepEqual(bans, [SCANNER]);
  });

  it('takes repetitions amiss of strangers only', () => {
    const { guard, bans } = made();
    guard.called('192.0.2.1', 0);
    for (let times = 0; times < 10_000; times++) guard.repeated('192.0.2.1', 0);
    assert.equal(guard.passage('192.0.2.1', 0), 'open');
    for (let times = 0; times < 41; times++) guard.repeated(SCANNER, 0);
    assert.deepEqual(bans, [SCANNER]);
  });

  it('hears whom we call, banned or not', () => {
    const { guard, refuse } = made();
    refuse(11);
    guard.expected(SCANNER, 1);
    assert.equal(guard.passage(SCANNER, 1), 'open');
  });

  it('takes an IPv6 /64 for one source and never limits the networks named', () => {
    const { guard, bans, refuse } = made({ never: ['198.51.100.0/24', '2001:db8:7::/48'] });
    for (let host = 1; host <= 11; host++) guard.answered(`2001:db8::${host}`, REFUSED, 0, 0);
    assert.deepEqual(bans, ['2001:db8:0:0::/64']);
    assert.equal(guard.passage('2001:db8::ffff', 0), 'closed');
    refuse(1000, 0, '198.51.100.9');
    refuse(1000, 0, '2001:db8:7:1::1');
    assert.equal(bans.length, 1);
    assert.equal(guard.isScanner('friendly-scanner', '198.51.100.9', 0), false);
    assert.throws(() => made({ never: ['198.51.100.0/33'] }), RangeError);
  });

  it('knows scanners by their User-Agent, and bans them too', () => {
    const { guard, bans } = made();
    for (const name of ['friendly-scanner', 'VaxSIPUserAgent/3.5', 'sipcli/v1.8', 'pplsip', 'sundayddr']) {
      assert.equal(guard.isScanner(name, SCANNER, 0), true, name);
    }
    for (const name of ['Polycom RealPresence Group 500', 'TANDBERG/518', 'baresip v1.0', '', undefined]) {
      assert.equal(guard.isScanner(name, '192.0.2.1', 0), false, name);
    }
    for (let index = 0; index < 6; index++) guard.isScanner('sipvicious', SCANNER, 0);
    assert.deepEqual(bans, [SCANNER]);
    assert.equal(made({ dropScanners: false }).guard.isScanner('sipvicious', SCANNER, 0), false);
  });

  it('lifts a ban by the source or an address of it, and gives the budget back', () => {
    const { guard, refuse } = made();
    refuse(11);
    for (let host = 1; host <= 11; host++) guard.answered(`2001:db8::${host}`, REFUSED, 0, 0);
    assert.equal(guard.lift('192.0.2.1', 0), false);
    assert.equal(guard.lift(SCANNER, 0), true);
    assert.equal(guard.lift('2001:db8::7', 0), true);
    assert.equal(guard.lift('2001:db8:0:0::/64', 0), false);
    assert.deepEqual(guard.bans(0), []);
    refuse(10);
    assert.equal(guard.passage(SCANNER, 0), 'open');
  });

  it('keeps a bounded number of sources', () => {
    const { guard } = made();
    for (let index = 0; index < 11_000; index++) {
      const address = `10.${index >> 16}.${(index >> 8) & 255}.${index & 255}`;
      for (let times = 0; times < 11; times++) guard.answered(address, REFUSED, index, 0);
    }
    assert.equal(guard.bans(11_000).length, 10_000);
  });

  it('never answers a source more often than its budget in a time, whatever it does', () => {
    const step = fc.record({ wait: fc.integer({ min: 0, max: 500 }), cheap: fc.boolean() });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 400 }), (steps) => {
        const { guard } = made({ banTime: 5000 });
        let [now, paid] = [0, 0];
        for (const { wait, cheap } of steps) {
          now += wait;
          if (guard.passage(SCANNER, now) !== 'open') continue;
          paid += cheap ? 0.25 : 1;
          guard.answered(SCANNER, cheap ? CHALLENGED : REFUSED, now, 0);
        }
        // The one request that finds the budget spent is answered as well, once for every ban.
        assert.ok(paid <= 10 + now / 1000 + 1 + now / 5000);
      }),
    );
  });
});
