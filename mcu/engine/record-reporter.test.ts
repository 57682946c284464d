import assert from 'node:assert/strict';
import { test } from 'node:test';
import { RecordReporter } from './record-reporter.ts';
import type { LegRecord } from './resume-record.ts';

const SOUND = { ssrc: 1, clockRate: 8000, bytes: 0, timestamp: 0, at: 0 };

function record(at: number, sent?: { readonly packets: number }, mediaSsrc?: number): LegRecord {
  const video = { session: {}, spareSsrc: 5, firSequence: 0, renditions: [], forwards: [] };
  return {
    leg: 'a',
    at,
    audio: { session: {}, ...(sent && { sent: { ...SOUND, ...sent, sequenceNumber: sent.packets } }) },
    video: { ...video, ...(mediaSsrc === undefined ? {} : { mediaSsrc }) },
  };
}

test('a leg is told of every second, and at once when it sends for the first time or its party is another source', () => {
  const reporter = new RecordReporter();
  const told = (each: LegRecord) => reporter.due([each]).length;
  assert.equal(told(record(0)), 1);
  assert.equal(told(record(100)), 0);
  assert.equal(told(record(200, { packets: 1 })), 1, 'first packet');
  assert.equal(told(record(300, { packets: 6 })), 0);
  assert.equal(told(record(400, { packets: 11 }, 77)), 1, 'the party is heard');
  assert.equal(told(record(500, { packets: 16 }, 78)), 1, 'and changes its source');
  assert.equal(told(record(1400, { packets: 60 }, 78)), 0);
  assert.equal(told(record(1500, { packets: 65 }, 78)), 1);
});

test('a leg that went and came again is new', () => {
  const reporter = new RecordReporter();
  assert.equal(reporter.due([record(0)]).length, 1);
  assert.equal(reporter.due([]).length, 0);
  assert.equal(reporter.due([record(100)]).length, 1);
});
