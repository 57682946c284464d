import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { END_REASONS } from '../../call/call.ts';
import type { Registration } from '../ras/gatekeeper/registry.ts';
import { H323Guard } from './h323-guard.ts';
import { COSTS, outcomeOfCall } from './outcome.ts';

const STRANGER = '192.0.2.66';
const BOTH = ['tcp', 'udp'];
const REFUSED = { type: 'refused', request: 'registrationRequest', why: 'wrong-hash', address: STRANGER } as const;

function made(never: readonly string[] = []) {
  const standing = new Set<string>();
  const closed: string[] = [];
  const time = { now: 0 };
  const guard = new H323Guard({ allowance: { burst: 10, rate: 1 }, banTime: 60_000, never, now: () => time.now });
  guard.protect({ stands: (source) => standing.has(source), close: (source) => closed.push(source) });
  const times = (count: number, act: () => void) => {
    for (let done = 0; done < count; done++) act();
  };
  return { guard, standing, closed, time, times };
}

function registered(user: string | undefined): Parameters<H323Guard['registering']>[0] {
  const registration: Registration = {
    endpointIdentifier: 'one',
    sourceAddress: STRANGER,
    rasAddress: { address: STRANGER, port: 1719 },
    callSignalAddresses: [{ address: STRANGER, port: 1720 }],
    aliases: [],
    product: '',
    timeToLive: 300,
    expiresAt: 300_000,
    user,
    scheme: undefined,
  };
  return { type: 'registered', registration };
}

describe('H323Guard', () => {
  it('bans who calls classes that are not there, again and again, for the time of a ban', () => {
    const { guard, closed, time, times } = made();
    times(10, () => guard.callEnded(STRANGER, 'unknown-class'));
    assert.ok(guard.takesConnection(STRANGER));
    times(1, () => guard.callEnded(STRANGER, 'unknown-class'));
    assert.deepEqual(closed, [STRANGER]);
    assert.deepEqual([guard.takesConnection(STRANGER), guard.takesDatagram(STRANGER)], [false, false]);
    assert.ok(guard.takesConnection('192.0.2.67'));
    assert.deepEqual(guard.bans(), [{ source: STRANGER, since: 0, until: 60_000, transports: BOTH }]);
    assert.deepEqual(
      [...guard.dropped],
      [
        ['connection', 1],
        ['call', 0],
        ['datagram', 1],
      ],
    );
    time.now = 60_000;
    assert.ok(guard.takesConnection(STRANGER));
  });

  it('counts wrong passwords, garbage on either port and floods of RAS as well', () => {
    const acts: readonly [allowed: number, (guard: H323Guard) => void][] = [
      [10, (guard) => guard.registering(REFUSED)],
      [10, (guard) => guard.registering({ type: 'unreadable', address: STRANGER })],
      [10, (guard) => guard.unreadable(STRANGER)],
      [40, (guard) => guard.registering({ type: 'limited', address: STRANGER })],
      [40, (guard) => guard.idle(STRANGER)],
      [40, (guard) => guard.callEnded(STRANGER, 'capacity')],
    ];
    for (const [allowed, act] of acts) {
      const { guard, times } = made();
      times(allowed, () => act(guard));
      assert.deepEqual(guard.bans(), []);
      act(guard);
      assert.equal(guard.bans().length, 1);
    }
  });

  it('bans nobody for what is our doing, nor who keeps to the rate', () => {
    const { guard, time, times } = made();
    times(1000, () => guard.callEnded(STRANGER, 'shutdown'));
    times(1000, () => {
      time.now += 1000;
      guard.registering({ ...REFUSED, why: 'no-proof' });
    });
    // After a restart of ours every room is told to register anew.
    times(36, () => guard.registering({ ...REFUSED, why: 'fullRegistrationRequired' }));
    assert.deepEqual(guard.bans(), []);
  });

  it('does nothing to the calls of an address under which RAS is sent: datagrams can be forged', () => {
    const { guard, standing, closed, times } = made();
    times(11, () => guard.registering(REFUSED));
    assert.equal(guard.takesDatagram(STRANGER), false);
    assert.deepEqual([guard.takesConnection(STRANGER), guard.takesCall(STRANGER), closed], [true, true, []]);
    assert.deepEqual(guard.bans(), [{ source: STRANGER, since: 0, until: 60_000, transports: ['udp'] }]);
    // What is proven by its connections adds to it: it is listed once, and lifted at once.
    times(11, () => guard.callEnded(STRANGER, 'unknown-class'));
    assert.equal(guard.takesConnection(STRANGER), false);
    assert.deepEqual(guard.bans(), [{ source: STRANGER, since: 0, until: 60_000, transports: BOTH }]);
    assert.equal(guard.lift(STRANGER), true);
    assert.deepEqual([guard.takesConnection(STRANGER), guard.takesDatagram(STRANGER), guard.bans()], [true, true, []]);
    standing.add(STRANGER);
    times(100, () => guard.registering(REFUSED));
    assert.deepEqual([guard.takesConnection(STRANGER), guard.takesDatagram(STRANGER)], [true, true]);
  });

  it('lists a source once that is banned for both, until the later ban is over', () => {
    const { guard, time, times } = made();
    times(11, () => guard.registering(REFUSED));
    time.now = 20_000;
    times(11, () => guard.unreadable(STRANGER));
    times(11, () => guard.unreadable('192.0.2.67'));
    assert.deepEqual(guard.bans(), [
      { source: STRANGER, since: 0, until: 80_000, transports: BOTH },
      { source: '192.0.2.67', since: 20_000, until: 80_000, transports: BOTH },
    ]);
  });

  it('leaves out only what is new of a source with a call or a registration', () => {
    const { guard, standing, time, times } = made();
    standing.add(STRANGER);
    times(100, () => guard.callEnded(STRANGER, 'unknown-class'));
    assert.deepEqual(
      [guard.takesConnection(STRANGER), guard.takesCall(STRANGER), guard.takesDatagram(STRANGER)],
      [false, false, true],
    );
    assert.deepEqual(guard.bans(), []);
    time.now = 1000;
    assert.ok(guard.takesCall(STRANGER), 'one a second');
    standing.clear();
    times(2, () => guard.callEnded(STRANGER, 'unknown-class'));
    assert.equal(guard.bans().length, 1);
  });

  it('allows ten times as much after a call or a registration with a password, and no more after one without', () => {
    const acts: readonly [(guard: H323Guard) => void, number][] = [
      [(guard) => guard.called(STRANGER), 100],
      [(guard) => guard.registering(registered('room')), 100],
      [(guard) => guard.registering(registered(undefined)), 10],
    ];
    for (const [act, budget] of acts) {
      const { guard, times } = made();
      act(guard);
      times(budget, () => guard.registering(REFUSED));
      assert.deepEqual(guard.bans(), []);
      guard.registering(REFUSED);
      assert.equal(guard.bans().length, 1);
    }
  });

  it('never bans the networks named, and lifts bans', () => {
    const { guard, times } = made(['198.51.100.0/24']);
    times(1000, () => guard.unreadable('198.51.100.9'));
    times(11, () => guard.unreadable(STRANGER));
    assert.deepEqual([guard.lift('198.51.100.9'), guard.lift(STRANGER), guard.lift(STRANGER)], [false, true, false]);
    assert.ok(guard.takesConnection(STRANGER));
  });

  it('never lets a source come to nothing more often than its budget in a time, whatever it does', () => {
    const kinds = fc.constantFrom(...END_REASONS.filter((reason) => outcomeOfCall(reason) !== 'none'));
    fc.assert(
      fc.property(fc.array(fc.tuple(kinds, fc.nat({ max: 500 })), { maxLength: 300 }), (calls) => {
        const { guard, time } = made();
        let spent = 0;
        for (const [reason, wait] of calls) {
          time.now += wait;
          if (guard.takesConnection(STRANGER)) {
            guard.callEnded(STRANGER, reason);
            spent += COSTS[outcomeOfCall(reason)];
          }
        }
        assert.ok(spent <= 11 + time.now / 1000);
      }),
    );
  });
});
