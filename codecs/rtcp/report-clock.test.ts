import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ntpFromUnixMs } from '#codecs/rtcp/ntp.ts';
import { ReportClock } from './report-clock.ts';

const NOON = 1_800_000_000_000;

test('a timestamp is told as the moment that the report says, over the wrap', () => {
  const clock = new ReportClock(90_000);
  assert.equal(clock.at(7, 0), undefined, 'no report yet');
  clock.report({ ssrc: 7, rtpTimestamp: 0xffff_ffff - 8_999, ntp: ntpFromUnixMs(NOON) });
  const at = clock.at(7, 0) ?? Number.NaN;
  assert.ok(Math.abs(at - (NOON + 100)) < 0.02, `${at}`);
  const before = clock.at(7, 0xffff_ffff - 8_999 - 90_000) ?? Number.NaN;
  assert.ok(Math.abs(before - (NOON - 1000)) < 0.02, `${before}`);
  assert.equal(clock.at(8, 0), undefined, 'another source');
});
