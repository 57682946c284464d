import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { pictureRate, ReceiveLimit } from './receive-limit.ts';

const RATE = { bitRate: 80_000, packetRate: 100 };

test('what keeps to the rate is let pass, after a pause a second of it at once', () => {
  const limit = new ReceiveLimit(RATE);
  for (let now = 0; now < 5000; now += 10) {
    assert.ok(limit.admits(100, now));
  }
  const burst = Array.from({ length: 150 }, () => limit.admits(100, 60_000)).filter(Boolean).length;
  assert.equal(burst, 100);
});

test('a clock that stands still or goes back gives nothing', () => {
  const limit = new ReceiveLimit(RATE);
  assert.ok(limit.admits(10_000, 1000));
  assert.ok(!limit.admits(1, 1000));
  assert.ok(!limit.admits(1, 0));
});

test('never more than the rate and a second of it, in octets and in datagrams', () => {
  const datagram = fc.record({ octets: fc.nat({ max: 3000 }), pause: fc.nat({ max: 30 }) });
  fc.assert(
    fc.property(fc.array(datagram, { maxLength: 300 }), (datagrams) => {
      const limit = new ReceiveLimit(RATE);
      let now = 0;
      let octets = 0;
      let packets = 0;
      for (const one of datagrams) {
        now += one.pause;
        if (limit.admits(one.octets, now)) {
          octets += one.octets;
          packets += 1;
        }
      }
      assert.ok(8 * octets <= (RATE.bitRate * (1000 + now)) / 1000 + 1);
      assert.ok(packets <= (RATE.packetRate * (1000 + now)) / 1000 + 0.001);
    }),
  );
});

test('a picture may be four times what goes the other way, and never less than rooms send', () => {
  assert.deepEqual(pictureRate(0), pictureRate(4_000_000));
  assert.equal(pictureRate(10_000_000).bitRate, 40_000_000);
});
