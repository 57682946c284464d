import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { compactNtp, compactNtpSpan, ntpFromUnixMs, roundTripTime, unixMsFromNtp } from './ntp.ts';

describe('NTP timestamps', () => {
  it('count from 1900', () => {
    assert.deepEqual(ntpFromUnixMs(0), { seconds: 2_208_988_800, fraction: 0 });
    assert.deepEqual(ntpFromUnixMs(500), { seconds: 2_208_988_800, fraction: 0x80000000 });
    assert.equal(compactNtp({ seconds: 0x12345678, fraction: 0x9abcdef0 }), 0x56789abc);
    assert.equal(compactNtp({ seconds: 0xffff, fraction: 0xffffffff }), 0xffffffff);
  });

  it('lead back to where they came from, in the next era too', () => {
    const until2100 = 4_102_444_800_000;
    fc.assert(
      fc.property(fc.integer({ min: 0, max: until2100 }), (ms) => {
        const ntp = ntpFromUnixMs(ms);
        assert.ok(ntp.seconds < 2 ** 32 && ntp.fraction < 2 ** 32);
        assert.ok(Math.abs(unixMsFromNtp(ntp) - ms) < 0.01);
      }),
    );
  });
});

describe('roundTripTime', () => {
  it('takes the delay at the peer away (the example of RFC 3550 figure 2)', () => {
    assert.equal(roundTripTime(0xb710_8000, 0xb705_2000, 0x0005_4000), 6125);
  });

  it('goes across the wrap of the compact form', () => {
    assert.equal(roundTripTime(0x0000_8000, 0xffff_8000, 0x0000_8000), 500);
  });

  it('tells nothing without a sender report or from nonsense', () => {
    assert.equal(roundTripTime(1, 0, 0), undefined);
    assert.equal(roundTripTime(0x10000, 0x10000, 0x100), 0);
    assert.equal(roundTripTime(0x10000, 0x10000, 0x8000), undefined);
    assert.equal(roundTripTime(0x7000_0000, 0x10000, 0), undefined);
  });

  it('is right for any delay at the peer', () => {
    fc.assert(
      fc.property(fc.nat({ max: 30_000 }), fc.nat({ max: 60_000 }), fc.nat({ max: 2 ** 41 }), (rtt, delay, sentAt) => {
        const lsr = compactNtp(ntpFromUnixMs(sentAt));
        const now = compactNtp(ntpFromUnixMs(sentAt + delay + rtt));
        const measured = roundTripTime(now, lsr, compactNtpSpan(delay));
        if (lsr !== 0) assert.ok(measured !== undefined && Math.abs(measured - rtt) < 0.1, String(measured));
      }),
    );
  });
});
