import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { ReportInterval } from './report-interval.ts';

describe('ReportInterval', () => {
  it('begins after half an interval and goes on after whole ones', () => {
    const interval = new ReportInterval({ sessionBandwidth: 2_000_000, minimumMs: 1000 }, 0, 0.5);
    assert.equal(interval.nextAt(), 500);
    interval.reported(100, 500, 0.5);
    assert.equal(interval.nextAt(), 1500);
    interval.reported(100, 1500, 0);
    assert.equal(interval.nextAt(), 2000);
    interval.reported(100, 2000, 1);
    assert.equal(interval.nextAt(), 3500);
  });

  it('has a minimum that shrinks with the bandwidth', () => {
    const distance = (sessionBandwidth: number): number => {
      const interval = new ReportInterval({ sessionBandwidth }, 0, 0.5);
      interval.reported(100, 0, 0.5);
      return interval.nextAt();
    };
    assert.equal(distance(72_000), 5000);
    assert.equal(distance(360_000), 1000);
    assert.equal(distance(10_000_000), 500);
  });

  it('keeps reports within the share of RTCP', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 8000, max: 4_000_000 }),
        fc.array(fc.integer({ min: 60, max: 1200 }), { minLength: 400, maxLength: 400 }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        (sessionBandwidth, lengths, phase) => {
          const interval = new ReportInterval({ sessionBandwidth, minimumMs: 0 }, 0, 0.5);
          let octets = 0;
          for (const [index, length] of lengths.entries()) {
            octets += length + 28;
            // The golden ratio spreads evenly over 0 to 1: chance, but fair.
            interval.reported(length, interval.nextAt(), (phase + index * 0.618034) % 1);
          }
          const used = (octets * 8000) / interval.nextAt();
          assert.ok(used < sessionBandwidth * 0.05 * 0.7, `${used} of ${sessionBandwidth}`);
        },
      ),
      { numRuns: 50 },
    );
  });

  it('lets feedback go at once, within its bandwidth', () => {
    const interval = new ReportInterval({ sessionBandwidth: 100_000 }, 0, 0.5);
    let admitted = 0;
    for (let now = 0; now < 60_000; now += 5) if (interval.admitsFeedback(12, now)) admitted++;
    const octets = admitted * 40;
    const share = (100_000 * 0.05 * 60) / 2 / 8;
    assert.ok(admitted >= 39, 'a burst at the start');
    assert.ok(octets <= share + 1600 && octets >= share * 0.9, `${octets} of ${share}`);
  });

  it('refuses a bandwidth of nothing', () => {
    assert.throws(() => new ReportInterval({ sessionBandwidth: 0 }, 0, 0), RangeError);
  });
});
