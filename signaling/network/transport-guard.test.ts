import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { type TransportBan, TransportGuard } from './transport-guard.ts';

const ROOM = '192.0.2.7';

function made() {
  const bans: TransportBan[] = [];
  const closed: string[] = [];
  const standing = new Set<string>();
  const guard = new TransportGuard({
    allowance: { burst: 10, rate: 1 },
    banTime: 60_000,
    never: [],
    banned: (ban) => bans.push(ban),
  });
  guard.protect({ stands: (source) => standing.has(source), close: (source) => closed.push(source) });
  const passages = (now: number) => (['udp', 'tcp'] as const).map((transport) => guard.passage(transport, ROOM, now));
  const spend = (transport: 'udp' | 'tcp', times: number, now = 0) => {
    for (let done = 0; done < times; done++) guard.spend(transport, ROOM, 1, now);
  };
  return { guard, bans, closed, standing, passages, spend };
}

describe('TransportGuard', () => {
  it('bans from UDP alone for what came by UDP: who connects pays nothing for it', () => {
    const { guard, bans, closed, passages, spend } = made();
    spend('udp', 11);
    assert.deepEqual(passages(0), ['closed', 'open']);
    spend('tcp', 10);
    assert.deepEqual(passages(0), ['closed', 'open'], 'the whole budget was there');
    assert.deepEqual(closed, []);
    assert.deepEqual(bans, [{ source: ROOM, since: 0, until: 60_000, transports: ['udp'] }]);
    assert.deepEqual(guard.bans(0), bans);
    assert.deepEqual(passages(60_000), ['open', 'open']);
  });

  it('bans from both for what came by TCP, whose address is proven', () => {
    const { guard, bans, closed, passages, spend } = made();
    spend('tcp', 11);
    assert.deepEqual([passages(0), closed], [['closed', 'closed'], [ROOM]]);
    assert.deepEqual([guard.isProvenBanned(ROOM, 0), guard.isProvenBanned(ROOM, 60_000)], [true, false]);
    assert.deepEqual(bans, [{ source: ROOM, since: 0, until: 60_000, transports: ['tcp', 'udp'] }]);
  });

  it('lists a source once that is banned for both, until the later ban is over, and lifts both', () => {
    const { guard, passages, spend } = made();
    spend('udp', 11);
    spend('tcp', 11, 20_000);
    assert.deepEqual(guard.bans(20_000), [{ source: ROOM, since: 0, until: 80_000, transports: ['tcp', 'udp'] }]);
    assert.equal(guard.lift(ROOM, 20_000), true);
    assert.deepEqual([passages(20_000), guard.bans(20_000)], [['open', 'open'], []]);
    assert.equal(guard.lift(ROOM, 20_000), false);
  });

  it('trusts a source for what it succeeded in by either, and gives back where it succeeded alone', () => {
    const { guard, passages, spend } = made();
    spend('tcp', 5);
    guard.succeeded('udp', ROOM, 0);
    assert.ok(guard.isTrusted(ROOM, 0));
    spend('tcp', 95);
    assert.deepEqual(passages(0), ['open', 'open'], 'a hundred by TCP, five of them before');
    guard.succeeded('udp', ROOM, 0);
    spend('tcp', 1);
    assert.deepEqual(passages(0), ['closed', 'closed']);
  });

  it('limits each by itself where something stands', () => {
    const { guard, passages, standing, spend } = made();
    standing.add(ROOM);
    spend('udp', 11);
    assert.deepEqual([passages(0), guard.bans(0)], [['inside', 'open'], []]);
    spend('tcp', 11);
    assert.deepEqual([passages(0), guard.bans(0)], [['inside', 'inside'], []]);
  });

  it('never lets what comes by UDP change what comes in by TCP', () => {
    const step = fc.record({
      wait: fc.integer({ min: 0, max: 5000 }),
      tcp: fc.boolean(),
      cost: fc.constantFrom(0.25, 1),
    });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 200 }), (steps) => {
        const [flooded, quiet] = [made().guard, made().guard];
        let now = 0;
        for (const { wait, tcp, cost } of steps) {
          now += wait;
          flooded.spend(tcp ? 'tcp' : 'udp', ROOM, cost, now);
          if (tcp) quiet.spend('tcp', ROOM, cost, now);
          assert.equal(flooded.passage('tcp', ROOM, now), quiet.passage('tcp', ROOM, now));
        }
      }),
    );
  });
});
